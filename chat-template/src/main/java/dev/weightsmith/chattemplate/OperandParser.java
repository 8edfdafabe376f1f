package dev.weightsmith.chattemplate;

import dev.weightsmith.chattemplate.Expression.Given;
import dev.weightsmith.chattemplate.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads what operators stand between: a literal, a name or brackets, with the signs before it and
/// the attributes, subscripts, calls, filters and tests behind it.
final class OperandParser {
    private final Tokens tokens;
    private final ExpressionParser expressions;

    OperandParser(Tokens tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    Expression operand() {
        Expression value = signed();
        while (true) {
            if (tokens.atOperator("|")) {
                tokens.next();
                int line = tokens.line();
                String name = dottedName();
                Given arguments = tokens.atOperator("(") ? arguments() : Given.NOTHING;
                value = new Expression.Filter(value, name, arguments, line);
            } else if (tokens.atName("is")) {
                value = test(value);
            } else if (tokens.atOperator("(")) {
                value = new Expression.Call(value, arguments(), value.line());
            } else {
                return value;
            }
        }
    }

    private Expression signed() {
        int line = tokens.line();
        if (!tokens.atOperator("-") && !tokens.atOperator("+")) {
            return suffixes(primary());
        }
        boolean negative = tokens.next().text().equals("-");
        tokens.enter();
        Expression of = signed();
        tokens.leave();
        return new Expression.Sign(negative, of, line);
    }

    private Expression suffixes(Expression of) {
        Expression value = of;
        while (true) {
            int line = tokens.line();
            if (tokens.skipOperator(".")) {
                value =
                        tokens.at(Kind.INTEGER)
                                ? new Expression.Subscript(value, primary(), line)
                                : new Expression.Attribute(
                                        value, tokens.expect(Kind.NAME, "a name").text(), line);
            } else if (tokens.skipOperator("[")) {
                value = subscript(value, line);
            } else if (tokens.atOperator("(")) {
                value = new Expression.Call(value, arguments(), line);
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression of, int line) {
        Optional<Expression> start = sliceEnd();
        if (!tokens.atOperator(":")) {
            Expression index = start.orElseThrow(() -> tokens.unexpected("an index"));
            tokens.expectOperator("]");
            return new Expression.Subscript(of, index, line);
        }
        tokens.next();
        Optional<Expression> stop = sliceEnd();
        Optional<Expression> step = tokens.skipOperator(":") ? sliceEnd() : Optional.empty();
        tokens.expectOperator("]");
        return new Expression.Slice(of, start, stop, step, line);
    }

    private Optional<Expression> sliceEnd() {
        return tokens.atOperator(":") || tokens.atOperator("]")
                ? Optional.empty()
                : Optional.of(expressions.expression());
    }

    private Expression test(Expression of) {
        int line = tokens.next().line();
        boolean negated = tokens.skipName("not");
        String name = dottedName();
        Given arguments = Given.NOTHING;
        if (tokens.atOperator("(")) {
            arguments = arguments();
        } else if (atTestArgument()) {
            arguments = new Given(List.of(suffixes(primary())), Map.of());
        }
        Expression test = new Expression.Test(of, name, arguments, line);
        return negated ? new Expression.Not(test, line) : test;
    }

    /// `is divisibleby 3`: one argument may go without brackets.
    private boolean atTestArgument() {
        if (tokens.atName("is")) {
            throw tokens.unexpected("one test");
        }
        return switch (tokens.current().kind()) {
            case NAME -> !tokens.atName("else") && !tokens.atName("or") && !tokens.atName("and");
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> tokens.atOperator("[") || tokens.atOperator("{");
            case DATA, PRINT_BEGIN, PRINT_END, BLOCK_BEGIN, BLOCK_END, END -> false;
        };
    }

    String dottedName() {
        var name = new StringBuilder(tokens.expect(Kind.NAME, "a name").text());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(Kind.NAME, "a name").text());
        }
        return name.toString();
    }

    Given arguments() {
        tokens.expectOperator("(");
        var positional = new ArrayList<Expression>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!tokens.atOperator(")")) {
            if (tokens.atOperator("*") || tokens.atOperator("**")) {
                throw TemplateException.unsupported(
                                "'" + tokens.current().text() + "' before an argument")
                        .at(tokens.line());
            }
            if (tokens.at(Kind.NAME) && tokens.following().is(Kind.OPERATOR, "=")) {
                Token name = tokens.next();
                tokens.next();
                if (named.putIfAbsent(name.text(), expressions.expression()) != null) {
                    throw TemplateException.malformed(
                                    "gives the argument '" + name.text() + "' twice")
                            .at(name.line());
                }
            } else if (named.isEmpty()) {
                positional.add(expressions.expression());
            } else {
                throw tokens.unexpected("an argument with a name");
            }
            tokens.checkArguments(positional.size() + named.size());
            if (!tokens.atOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        tokens.next();
        return new Given(positional, named);
    }

    private Expression primary() {
        int line = tokens.line();
        Token token = tokens.next();
        return switch (token.kind()) {
            case NAME -> name(token);
            case STRING -> {
                var text = new StringBuilder(token.text());
                while (tokens.at(Kind.STRING)) {
                    text.append(tokens.next().text());
                }
                yield new Expression.Literal(new Value.Text(text.toString()), line);
            }
            case INTEGER -> new Expression.Literal(Value.of(Long.parseLong(token.text())), line);
            case FLOAT ->
                    new Expression.Literal(new Value.Real(Double.parseDouble(token.text())), line);
            case OPERATOR ->
                    switch (token.text()) {
                        case "(" -> brackets(line);
                        case "[" -> list(line);
                        case "{" -> map(line);
                        default -> throw unexpected(token);
                    };
            case DATA, PRINT_BEGIN, PRINT_END, BLOCK_BEGIN, BLOCK_END, END ->
                    throw unexpected(token);
        };
    }

    private static TemplateException unexpected(Token token) {
        return TemplateException.malformed("has " + token.shown() + ", expected an expression")
                .at(token.line());
    }

    private static Expression name(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new Expression.Literal(Value.Bool.TRUE, token.line());
            case "false", "False" -> new Expression.Literal(Value.Bool.FALSE, token.line());
            case "none", "None" -> new Expression.Literal(Value.None.NONE, token.line());
            default -> new Expression.Name(token.text(), token.line());
        };
    }

    private Expression brackets(int line) {
        if (tokens.skipOperator(")")) {
            return new Expression.TupleOf(List.of(), line);
        }
        Expression inner = expressions.tuple(true);
        tokens.expectOperator(")");
        return inner;
    }

    private Expression list(int line) {
        var items = new ArrayList<Expression>();
        while (!tokens.skipOperator("]")) {
            items.add(expressions.expression());
            if (!tokens.atOperator("]")) {
                tokens.expectOperator(",");
            }
        }
        return new Expression.ListOf(items, line);
    }

    private Expression map(int line) {
        var entries = new ArrayList<Expression.MapOf.Entry>();
        while (!tokens.skipOperator("}")) {
            Expression key = expressions.expression();
            tokens.expectOperator(":");
            entries.add(new Expression.MapOf.Entry(key, expressions.expression()));
            if (!tokens.atOperator("}")) {
                tokens.expectOperator(",");
            }
        }
        return new Expression.MapOf(entries, line);
    }
}
