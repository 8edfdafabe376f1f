package dev.weightsmith.report;

import dev.weightsmith.report.LabelSpace.Place;
import java.util.Locale;

/// Text in a drawing.
///
/// @param style the class that `page.css` knows
/// @param share of the drawing's width at which it is tied
/// @param away pixels from there
/// @param y the base line
record Label(String style, double share, double away, double y, Anchor anchor, String text) {
    private static final double ASCENT = 10;
    private static final double DESCENT = 3;

    /// Which end of the text is tied.
    enum Anchor {
        START,
        MIDDLE,
        END;

        String attribute() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// The box that it fills, at most.
    Place place() {
        double width = TextRuler.width(text);
        double top = y - ASCENT;
        double bottom = y + DESCENT;
        return switch (anchor) {
            case START -> new Place(share, away, away + width, top, bottom);
            case MIDDLE -> new Place(share, away - width / 2, away + width / 2, top, bottom);
            case END -> new Place(share, away - width, away, top, bottom);
        };
    }

    Label styled(String other) {
        return new Label(other, share, away, y, anchor, text);
    }

    Label anchored(Anchor other) {
        return new Label(style, share, away, y, other, text);
    }
}
