package dev.weightsmith.chattemplate;

/// The smallest part of a template that means something.
///
/// @param text what it says: of a string what it stands for, of an operator itself
/// @param line where it begins, from 1
record Token(Kind kind, String text, int line) {
    enum Kind {
        /// Text between tags, which is written as it stands.
        DATA,
        PRINT_BEGIN,
        PRINT_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Kind other, String words) {
        return kind == other && text.equals(words);
    }

    /// For messages.
    String shown() {
        return switch (kind) {
            case DATA -> "text";
            case PRINT_BEGIN -> "'{{'";
            case PRINT_END -> "'}}'";
            case BLOCK_BEGIN -> "'{%'";
            case BLOCK_END -> "'%}'";
            case STRING -> "a string";
            case NAME, INTEGER, FLOAT, OPERATOR -> "'" + text + "'";
            case END -> "the end of the template";
        };
    }
}
