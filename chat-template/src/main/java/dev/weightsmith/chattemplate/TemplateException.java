package dev.weightsmith.chattemplate;

/// A template that cannot be read or run to its end.
public final class TemplateException extends RuntimeException {
    /// Why it stops.
    public enum Kind {
        /// It breaks Jinja's rules, or does what these values do not allow.
        MALFORMED,
        /// Jinja has it, this interpreter has not.
        UNSUPPORTED,
        /// It asks for what a template must not do.
        REFUSED,
        /// It wants more than [Limits] gives.
        LIMIT,
        /// It says itself that it does not take this conversation.
        RAISED
    }

    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final String what;
    private final int line;

    private TemplateException(Kind kind, String what, int line) {
        super(line > 0 ? what + " (line " + line + " of the template)" : what);
        this.kind = kind;
        this.what = what;
        this.line = line;
    }

    static TemplateException malformed(String what) {
        return new TemplateException(Kind.MALFORMED, what, 0);
    }

    static TemplateException unsupported(String what) {
        return new TemplateException(Kind.UNSUPPORTED, what + " is not supported", 0);
    }

    static TemplateException refused(String what) {
        return new TemplateException(Kind.REFUSED, what, 0);
    }

    static TemplateException overLimit(String what) {
        return new TemplateException(Kind.LIMIT, what, 0);
    }

    static TemplateException raised(String words) {
        return new TemplateException(Kind.RAISED, words, 0);
    }

    /// The same, with its place, unless that is known already.
    TemplateException at(int place) {
        if (line > 0) {
            return this;
        }
        var placed = new TemplateException(kind, what, place);
        placed.setStackTrace(getStackTrace());
        return placed;
    }

    public Kind kind() {
        return kind;
    }
}
