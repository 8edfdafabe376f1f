package dev.weightsmith.evaluate.jinja;

import dev.weightsmith.error.ErrorKind;

/// A template that cannot be read or run to its end.
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorKind kind;
    private final String what;
    private final int line;

    private TemplateException(ErrorKind kind, String what, int line) {
        super(line > 0 ? what + " (line " + line + " of the template)" : what);
        this.kind = kind;
        this.what = what;
        this.line = line;
    }

    /// The template breaks Jinja's rules, or does what these values do not allow.
    static TemplateException malformed(String what) {
        return new TemplateException(ErrorKind.MALFORMED, what, 0);
    }

    /// Jinja has it, this interpreter has not.
    static TemplateException unsupported(String what) {
        return new TemplateException(ErrorKind.UNSUPPORTED, what + " is not supported", 0);
    }

    /// The template asks for what a template must not do.
    static TemplateException refused(String what) {
        return new TemplateException(ErrorKind.REFUSED, what, 0);
    }

    static TemplateException overLimit(String what) {
        return new TemplateException(ErrorKind.LIMIT, what, 0);
    }

    /// The template itself says that it does not take this conversation.
    static TemplateException raised(String words) {
        return new TemplateException(ErrorKind.MISMATCH, words, 0);
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

    public ErrorKind kind() {
        return kind;
    }
}
