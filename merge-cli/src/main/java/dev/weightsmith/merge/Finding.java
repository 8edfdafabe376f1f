package dev.weightsmith.merge;

/// Something that checking the inputs found out.
record Finding(Level level, String text) {
    enum Level {
        NOTE,
        WARNING
    }
}
