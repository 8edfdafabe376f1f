package dev.weightsmith.chattemplate;

import dev.weightsmith.chattemplate.Token.Kind;
import java.util.List;

/// A place in the tokens of a template, on its way to the end.
final class Tokens {
    private final List<Token> tokens;
    private int at;
    private int depth;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(at);
    }

    /// The one behind [#current].
    Token following() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    int line() {
        return current().line();
    }

    /// The current one; goes on to the next, but not beyond the end.
    Token next() {
        Token token = current();
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    boolean at(Kind kind) {
        return current().kind() == kind;
    }

    boolean atOperator(String operator) {
        return current().is(Kind.OPERATOR, operator);
    }

    boolean atName(String name) {
        return current().is(Kind.NAME, name);
    }

    boolean skipOperator(String operator) {
        boolean there = atOperator(operator);
        if (there) {
            next();
        }
        return there;
    }

    boolean skipName(String name) {
        boolean there = atName(name);
        if (there) {
            next();
        }
        return there;
    }

    Token expect(Kind kind, String what) {
        if (!at(kind)) {
            throw unexpected(what);
        }
        return next();
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    TemplateException unexpected(String expected) {
        return TemplateException.malformed("has " + current().shown() + ", expected " + expected)
                .at(line());
    }

    /// Something begins that can hold its like.
    void enter() {
        try {
            Limits.checkDepth(++depth);
        } catch (TemplateException e) {
            throw e.at(line());
        }
    }

    void checkArguments(int count) {
        if (count > Limits.MOST_ARGUMENTS) {
            throw TemplateException.overLimit(
                            "has more than " + Limits.MOST_ARGUMENTS + " arguments")
                    .at(line());
        }
    }

    void leave() {
        depth--;
    }
}
