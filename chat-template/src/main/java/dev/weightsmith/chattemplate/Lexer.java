package dev.weightsmith.chattemplate;

import dev.weightsmith.chattemplate.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Cuts a template into text, tags and what stands in tags.
///
/// White space around tags goes as `trim_blocks` and `lstrip_blocks` say: the newline behind a
/// block or comment, and the blanks before one at the begin of a line; `-` takes all of it and `+`
/// none.
final class Lexer {
    private static final List<String> OPERATORS =
            List.of(
                    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(",
                    ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int counted;
    private int line = 1;
    private boolean lineBegins = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String source) {
        if (source.length() > Limits.LONGEST_TEMPLATE) {
            throw TemplateException.overLimit(
                    "is "
                            + source.length()
                            + " characters, expected at most "
                            + Limits.LONGEST_TEMPLATE);
        }
        String text = source.replace("\r\n", "\n").replace('\r', '\n');
        var lexer = new Lexer(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
        try {
            lexer.run();
        } catch (TemplateException e) {
            throw e.at(lexer.line(lexer.at));
        }
        return lexer.tokens;
    }

    private void run() {
        while (at < source.length()) {
            int open = nextTag();
            if (open == source.length()) {
                add(Kind.DATA, source.substring(at), at);
                break;
            }
            char type = source.charAt(open + 1);
            data(open, type != '{');
            switch (type) {
                case '#' -> comment();
                case '%' -> {
                    if (!raw()) {
                        add(Kind.BLOCK_BEGIN, "", open);
                        code(Kind.BLOCK_END);
                    }
                }
                default -> {
                    add(Kind.PRINT_BEGIN, "", open);
                    code(Kind.PRINT_END);
                }
            }
        }
        add(Kind.END, "", source.length());
    }

    private int nextTag() {
        for (int i = at; i + 1 < source.length(); i++) {
            if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return source.length();
    }

    /// The text before a tag; goes on behind the tag's two characters and its sign.
    private void data(int open, boolean block) {
        String text = source.substring(at, open);
        if (source.startsWith("-", open + 2)) {
            text = PythonText.strip(text, false, true);
        } else if (!source.startsWith("+", open + 2) && block) {
            int lineStart = text.lastIndexOf('\n') + 1;
            if ((lineStart > 0 || lineBegins)
                    && PythonText.strip(text.substring(lineStart), true, true).isEmpty()) {
                text = text.substring(0, lineStart);
            }
        }
        if (!text.isEmpty()) {
            add(Kind.DATA, text, at);
        }
        at = open + 2;
        if (source.startsWith("-", at) || source.startsWith("+", at)) {
            at++;
        }
    }

    private void comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw TemplateException.malformed("has a comment without end");
        }
        char sign = end > at ? source.charAt(end - 1) : ' ';
        at = end + 2;
        closed(sign, true);
    }

    /// What goes with the tag that ends here.
    private void closed(char sign, boolean block) {
        int from = at;
        if (sign == '-') {
            skipSpace();
        } else if (sign != '+' && block && source.startsWith("\n", at)) {
            at++;
        }
        lineBegins = at > from && source.charAt(at - 1) == '\n';
    }

    private void skipSpace() {
        while (at < source.length() && PythonText.isSpace(source.charAt(at))) {
            at++;
        }
    }

    /// `{% raw %}` up to `{% endraw %}`, whose text is data whatever it holds.
    private boolean raw() {
        int start = at;
        if (!word("raw") || source.startsWith("+%}", at)) {
            at = start;
            return false;
        }
        boolean strip = source.startsWith("-", at);
        at += strip ? 1 : 0;
        if (!source.startsWith("%}", at)) {
            at = start;
            return false;
        }
        at += 2;
        closed(strip ? '-' : '+', true);
        int begin = at;
        for (int open = source.indexOf("{%", begin);
                open >= 0;
                open = source.indexOf("{%", open + 1)) {
            at = open + 2;
            if (source.startsWith("-", at) || source.startsWith("+", at)) {
                at++;
            }
            if (word("endraw")) {
                char sign = at < source.length() ? source.charAt(at) : ' ';
                int close = at + (sign == '-' || sign == '+' ? 1 : 0);
                if (source.startsWith("%}", close)) {
                    at = begin;
                    data(open, true);
                    at = close + 2;
                    closed(sign, true);
                    return true;
                }
            }
        }
        throw TemplateException.malformed("has a raw block without end");
    }

    private boolean word(String word) {
        skipSpace();
        if (!source.startsWith(word, at)) {
            return false;
        }
        at += word.length();
        skipSpace();
        return true;
    }

    /// What stands in a tag, up to its end; brackets in it must be closed before.
    private void code(Kind end) {
        boolean block = end == Kind.BLOCK_END;
        String close = block ? "%}" : "}}";
        Deque<String> brackets = new ArrayDeque<>();
        while (true) {
            skipSpace();
            if (at == source.length()) {
                throw TemplateException.malformed("ends within a tag");
            }
            if (brackets.isEmpty()) {
                char sign = source.charAt(at);
                boolean signed = sign == '-' || (block && sign == '+');
                if (source.startsWith(close, signed ? at + 1 : at)) {
                    add(end, "", at);
                    at += signed ? 3 : 2;
                    closed(signed ? sign : ' ', block);
                    return;
                }
            }
            char character = source.charAt(at);
            var literals = new LiteralScanner(source, at);
            if (character == '\'' || character == '"') {
                add(Kind.STRING, literals.string(), at);
                at = literals.end();
            } else if (character >= '0' && character <= '9') {
                String number = literals.number();
                add(literals.isFloat() ? Kind.FLOAT : Kind.INTEGER, number, at);
                at = literals.end();
            } else if (Character.isUnicodeIdentifierStart(character) || character == '_') {
                int from = at;
                while (at < source.length()
                        && Character.isUnicodeIdentifierPart(source.charAt(at))) {
                    at++;
                }
                add(Kind.NAME, source.substring(from, at), from);
            } else {
                operator(brackets);
            }
        }
    }

    private void operator(Deque<String> brackets) {
        String operator =
                OPERATORS.stream()
                        .filter(one -> source.startsWith(one, at))
                        .findFirst()
                        .orElseThrow(() ->
                                TemplateException.malformed(
                                        "has an unexpected character "
                                                + "in a tag: '"
                                                + Character.toString(source.codePointAt(at))
                                                + "'"));
        switch (operator) {
            case "(" -> brackets.push(")");
            case "[" -> brackets.push("]");
            case "{" -> brackets.push("}");
            case ")", "]", "}" -> {
                if (brackets.isEmpty() || !brackets.pop().equals(operator)) {
                    throw TemplateException.malformed("has an unexpected '" + operator + "'");
                }
            }
            default -> {}
        }
        add(Kind.OPERATOR, operator, at);
        at += operator.length();
    }

    private void add(Kind kind, String text, int place) {
        tokens.add(new Token(kind, text, line(place)));
    }

    /// The line of a place, none before the place asked for last.
    private int line(int place) {
        for (; counted < place; counted++) {
            if (source.charAt(counted) == '\n') {
                line++;
            }
        }
        return line;
    }
}
