package dev.weightsmith.report;

/// How wide text may be in a chart, in pixels: at least as wide as DejaVu Sans, Inter, Roboto,
/// Arial and Noto Sans draw it, of which none is known to be the reader's.
final class TextRuler {
    /// The size of all text in charts; `page.css` says the same.
    static final double SIZE = 12;

    private static final String NARROW = " !'(),./:;I[\\]fijlrt|";
    private static final String SLIM = "\"*-?Jcsz";
    private static final String BROAD = "#%&@MWmw";
    private static final String ELLIPSIS = "…";

    private TextRuler() {}

    static double width(String text) {
        return SIZE * text.codePoints().mapToDouble(TextRuler::ems).sum();
    }

    /// `text`, or its beginning and end with an ellipsis between them where it is wider than
    /// `most`: names of models differ at their ends.
    static String shortened(String text, double most) {
        if (width(text) <= most) {
            return text;
        }
        int[] characters = text.codePoints().toArray();
        for (int kept = characters.length - 1; kept > 1; kept--) {
            int end = (kept + 1) / 2;
            String shorter =
                    new String(characters, 0, kept - end)
                            + ELLIPSIS
                            + new String(characters, characters.length - end, end);
            if (width(shorter) <= most) {
                return shorter;
            }
        }
        return ELLIPSIS;
    }

    private static double ems(int character) {
        if (character > '~') {
            return 1.2;
        }
        if (NARROW.indexOf(character) >= 0) {
            return 0.42;
        }
        if (SLIM.indexOf(character) >= 0) {
            return 0.57;
        }
        if (BROAD.indexOf(character) >= 0) {
            return 1.02;
        }
        boolean capital = 'A' <= character && character <= 'Z';
        return capital || "+<=>^~".indexOf(character) >= 0 ? 0.84 : 0.66;
    }
}
