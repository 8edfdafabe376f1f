package dev.weightsmith.chattemplate;

import java.util.List;
import java.util.SequencedMap;

/// What one run of a template may use. Work is counted, not timed: a template that stops here stops
/// on every machine.
final class Limits {
    /// Characters of a template; the longest of known models has a tenth.
    static final int LONGEST_TEMPLATE = 1 << 18;

    /// Characters of any text that a template makes, its output included.
    static final int LONGEST_TEXT = 1 << 20;

    /// Entries of any list; that of `range` is Jinja's own.
    static final int MOST_ITEMS = 100_000;

    /// Arguments of a call, and parameters of a macro.
    static final int MOST_ARGUMENTS = 255;

    /// Expressions, statements, values or macro calls in one another: well within a thread's stack.
    static final int DEEPEST = 250;

    /// Steps, and characters and entries handled; also bounds what all values together occupy.
    private static final long MOST_WORK = 30_000_000;

    private long work;
    private int depth;

    /// Counts what is about to be done.
    void work(long amount) {
        work += amount;
        if (work > MOST_WORK) {
            throw TemplateException.overLimit("takes more than " + MOST_WORK + " steps");
        }
    }

    /// Counts a search for one text in another, which may look at each place for all of it.
    void search(String text, String part) {
        work((long) text.length() * part.length() / 16 + text.length() / 16);
    }

    /// Counts what may be gone through, or may have been made.

    void handle(Value value) {
        work(
                switch (value) {
                    case Value.Text(String text) -> text.length();
                    case Value.Items(_, List<Value> items) -> items.size();
                    case Value.Mapping(SequencedMap<Value, Value> entries) -> entries.size();
                    default -> 1;
                });
    }

    void enter() {
        work(1);
        depth++;
        checkDepth(depth);
    }

    void leave() {
        depth--;
    }

    static void checkDepth(int depth) {
        if (depth > DEEPEST) {
            throw TemplateException.overLimit("is nested more than " + DEEPEST + " deep");
        }
    }

    static void checkLength(long length) {
        if (length > LONGEST_TEXT) {
            throw TemplateException.overLimit(
                    "makes a text of more than " + LONGEST_TEXT + " characters");
        }
    }

    static void checkCount(long count) {
        if (count > MOST_ITEMS) {
            throw TemplateException.overLimit("makes a list of more than " + MOST_ITEMS);
        }
    }
}
