package dev.weightsmith.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class PageTest {
    private static final String HOSTILE =
            "</title></style></text></svg></td><script>alert('x')</script>"
                    + "\" onload=\"x\" &amp;<!--]]>\u202e\u0007\ufffe\ud800";
    private static final String SHOWN =
            "</title></style></text></svg></td><script>alert('x')</script>"
                    + "\" onload=\"x\" &amp;<!--]]>\\u{202e}\\u{7}\\u{fffe}\\u{d800}";

    @Test
    void noTextBecomesMarkup() throws Exception {
        List<Element> hostile = elements(Samples.parsed(Samples.page(HOSTILE).html()));
        List<Element> harmless = elements(Samples.parsed(Samples.page("x").html()));
        assertThat(hostile.stream().map(Element::getTagName).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        harmless.stream().map(Element::getTagName).distinct().toList());
        assertThat(attributes(hostile)).containsExactlyInAnyOrderElementsOf(attributes(harmless));
    }

    @Test
    void everyTextIsShownAsItIs() throws Exception {
        Document page = Samples.parsed(Samples.page(HOSTILE).html());
        for (String element :
                List.of("h1", "h2", "dt", "dd", "td", "th", "figcaption", "summary", "code")) {
            assertThat(elements(page))
                    .as(element)
                    .filteredOn(found -> found.getTagName().equals(element))
                    .isNotEmpty()
                    .allMatch(found -> found.getTextContent().contains(SHOWN));
        }
    }

    @Test
    void markupInATextIsText() {
        assertThat(new Markup().text("<b onclick='x'>&\u202E\"</b>").toString())
                .isEqualTo("&lt;b onclick=&#39;x&#39;&gt;&amp;\\u{202e}&quot;&lt;/b&gt;");
    }

    @Test
    void aPageNeedsNothingFromElsewhere() {
        assertThat(Samples.page("x").html())
                .doesNotContainPattern("(src|href)=|url\\(|@import|https?:|<script")
                .contains(
                        "content=\"default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;\"");
    }

    @Test
    void theSamePageHasTheSameBytesInEveryLanguage() {
        byte[] expected = page().bytes();
        Locale before = Locale.getDefault();
        try {
            for (String language : List.of("de-DE", "ar-EG", "hi-IN-u-nu-deva", "tr-TR")) {
                Locale.setDefault(Locale.forLanguageTag(language));
                assertThat(page().bytes()).as(language).isEqualTo(expected);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    private static Page page() {
        return new Page(
                "title",
                "",
                List.of(
                        new Figure("a", Samples.heap(1)),
                        new Figure("b", Samples.layers(80)),
                        new Figure("c", Samples.map(80))),
                new Colophon("command", "program 1.0", LocalDate.of(2026, 1, 2)));
    }

    @Test
    void theFootSaysWhatMadeThePage() throws Exception {
        Document page = Samples.parsed(page().html());
        assertThat(page.getElementsByTagName("footer").item(0).getTextContent())
                .isEqualToIgnoringWhitespace("command\nprogram 1.0, 2026-01-02\n");
    }

    @Test
    void headingsGoDownOneByOne() throws Exception {
        var inner = new Section("inner", List.of(new Paragraph("x")));
        var page =
                new Page(
                        "title",
                        "",
                        List.of(new Section("outer", List.of(inner))),
                        new Colophon("", "", LocalDate.EPOCH));
        Document parsed = Samples.parsed(page.html());
        assertThat(parsed.getElementsByTagName("h2").item(0).getTextContent()).isEqualTo("outer");
        assertThat(parsed.getElementsByTagName("h3").item(0).getTextContent()).isEqualTo("inner");
    }

    @Test
    void piecesOfTextStandWithoutSpacesBetweenThem() {
        var chip = new Specimen.Chip("a", Paint.Tone.BLUE, false, "");
        var page =
                new Page(
                        "title",
                        "",
                        List.of(new Specimen(List.of(new Specimen.Line("", List.of(chip, chip))))),
                        new Colophon("", "", LocalDate.EPOCH));
        assertThat(page.html()).contains("a</span><span");
    }

    private static List<Element> elements(Document page) {
        return Samples.elements(page.getElementsByTagName("*"));
    }

    private static List<String> attributes(List<Element> elements) {
        return elements.stream()
                .flatMap(element -> {
                    var attributes = element.getAttributes();
                    return IntStream.range(0, attributes.getLength())
                            .mapToObj(i -> (Attr) attributes.item(i));
                })
                .map(Attr::getName)
                .distinct()
                .toList();
    }
}
