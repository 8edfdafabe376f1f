package dev.weightsmith.quantize.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.engine.Deviation;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.report.ErrorHistogram;
import dev.weightsmith.quantize.report.FileFigures;
import dev.weightsmith.quantize.report.QuantizeReport;
import dev.weightsmith.quantize.report.TensorFigures;
import dev.weightsmith.report.Colophon;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.StringReader;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class QuantizePageTest {
    private static final String HOSTILE = "</td><script>alert('x')</script>&\u202e\u0007";

    @Test
    void namesFromFilesStayText() throws Exception {
        Document page = parsed(page(file(HOSTILE, FileType.Q8_0), file(HOSTILE, FileType.F16)));
        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(texts(page, "td")).contains("</td><script>alert('x')</script>&\\u{202e}\\u{7}");
    }

    @Test
    void thePageNeedsNothingFromElsewhere() {
        assertThat(page(file("blk.0.attn_q.weight", FileType.Q8_0)))
                .doesNotContainPattern("(src|href)=|url\\(|@import");
    }

    @Test
    void oneFileIsToldInLargeFigures() throws Exception {
        Document page = parsed(page(file("blk.0.attn_q.weight", FileType.Q8_0)));
        // 64 values of 16 bits in 68 bytes, with a quarter of them lost.
        assertThat(texts(page, "dd")).containsExactly("Q8_0", "68 B", "53.1%", "8.50", "25.0%");
        assertThat(texts(page, "p").get(1))
                .isEqualTo(
                        "In out-Q8_0.gguf: RMSE 0.500, largest error 0.750, worst tensor"
                                + " blk.0.attn_q.weight with 25.0%.");
    }

    @Test
    void severalFilesAreComparedInATableAndAPicture() throws Exception {
        Document page =
                parsed(
                        page(
                                file("blk.0.attn_q.weight", FileType.Q8_0),
                                file("blk.0.attn_q.weight", FileType.Q4_0)));
        assertThat(texts(page, "td"))
                .startsWith(
                        "Q8_0",
                        "68 B",
                        "53.1%",
                        "8.50",
                        "25.0%",
                        "0.500",
                        "0.750",
                        "blk.0.attn_q.weight",
                        "out-Q8_0.gguf");
        assertThat(texts(page, "figcaption").getFirst()).isEqualTo("Error against size");
        assertThat(texts(page, "h2")).containsExactly("Q8_0", "Q4_0");
    }

    @Test
    void errorsAreColouredByWhatIsUsualForTheirType() throws Exception {
        // Twice the usual of Q8_0 and half that of Q4_0 are about as large.
        Document page =
                parsed(
                        page(
                                new FileFigures(
                                        "a",
                                        FileType.Q4_0,
                                        100,
                                        List.of(
                                                tensor("blk.0.attn_q.weight", DType.Q8_0, 0.011),
                                                tensor("blk.1.attn_q.weight", DType.Q4_0, 0.011),
                                                tensor("blk.2.attn_q.weight", DType.Q4_0, 0.086),
                                                copied("blk.3.attn_q.weight")),
                                        List.of())));
        List<String> cells =
                elements(page, "rect").stream()
                        .filter(cell -> cell.getTextContent().startsWith("blk."))
                        .map(cell -> cell.getAttribute("class"))
                        .toList();
        assertThat(cells.subList(cells.size() - 4, cells.size()))
                .containsExactly("p-h8", "p-h0", "p-h4", "p-faint");
    }

    @Test
    void tensorsOfUnknownPartsAreListedToo() throws Exception {
        Document page = parsed(page(file("something.else", FileType.Q8_0)));
        assertThat(texts(page, "td")).contains("something.else");
        assertThat(texts(page, "figcaption")).startsWith("Size by part").doesNotContain("Types");
    }

    @Test
    void manyFilesAreFoldedAway() throws Exception {
        FileFigures[] files =
                Stream.of(FileType.Q8_0, FileType.Q6_K, FileType.Q5_0, FileType.Q4_0)
                        .map(type -> file("blk.0.attn_q.weight", type))
                        .toArray(FileFigures[]::new);
        assertThat(elements(parsed(page(files)), "details"))
                .hasSize(8)
                .noneMatch(details -> details.hasAttribute("open"));
    }

    private static TensorFigures tensor(String name, DType type, double error) {
        return new TensorFigures(
                new TensorInfo(name, type, Shape.of(2, 32)),
                DType.F16,
                Optional.of(new Deviation(64, 1, error * error, error)));
    }

    private static TensorFigures copied(String name) {
        return new TensorFigures(
                new TensorInfo(name, DType.F16, Shape.of(2, 32)), DType.F16, Optional.empty());
    }

    /// 64 values whose squares sum to 256, with errors whose squares sum to 16.
    private static FileFigures file(String name, FileType type) {
        var tensor =
                new TensorFigures(
                        new TensorInfo(name, DType.Q8_0, Shape.of(2, 32)),
                        DType.F16,
                        Optional.of(new Deviation(64, 256, 16, 0.75)));
        var histogram = new ErrorHistogram(name, 0.75, List.of(1L, 62L, 1L));
        return new FileFigures(
                "out-" + type + ".gguf", type, 68, List.of(tensor), List.of(histogram));
    }

    private static String page(FileFigures... files) {
        var colophon = new Colophon("command", "program", LocalDate.EPOCH);
        return QuantizePage.of(new QuantizeReport(HOSTILE, List.of(files)), colophon).html();
    }

    private static Document parsed(String page) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }

    private static List<Element> elements(Document page, String name) {
        var nodes = page.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private static List<String> texts(Document page, String element) {
        return elements(page, element).stream().map(Element::getTextContent).toList();
    }
}
