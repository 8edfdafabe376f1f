package dev.weightsmith.report;

import java.util.List;

/// How much room a chart has: some labels are seen only where there is more of it.
///
/// @param width of the chart, margins included, at least
/// @param name in `page.css`, which says on which pages there is this room; empty for everywhere
record Room(double width, String name) {
    /// A chart as wide as the page: from the narrowest telephone to a page with all its width.
    static final List<Room> PAGE =
            List.of(new Room(272, ""), new Room(420, "some"), new Room(830, "much"));

    /// A small chart beside others.
    static final List<Room> GALLERY = List.of(new Room(190, ""));

    /// The style of what is seen where there is this room.
    String from(String style) {
        return name.isEmpty() ? style : style + " " + name;
    }

    /// The style of what is seen where there is less.
    String until(String style) {
        return style + " until-" + name;
    }
}
