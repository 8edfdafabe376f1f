package dev.weightsmith.chattemplate;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What has a value.
sealed interface Expression {
    /// Where it stands in the template, from 1.
    int line();

    record Literal(Value value, int line) implements Expression {}

    record Name(String name, int line) implements Expression {}

    record ListOf(List<Expression> items, int line) implements Expression {}

    record TupleOf(List<Expression> items, int line) implements Expression {}

    record MapOf(List<Entry> entries, int line) implements Expression {
        record Entry(Expression key, Expression value) {}
    }

    /// `of.name`
    record Attribute(Expression of, String name, int line) implements Expression {}

    /// `of[index]`
    record Subscript(Expression of, Expression index, int line) implements Expression {}

    /// `of[start:stop:step]`
    record Slice(
            Expression of,
            Optional<Expression> start,
            Optional<Expression> stop,
            Optional<Expression> step,
            int line)
            implements Expression {}

    record Call(Expression function, Given arguments, int line) implements Expression {}

    /// `of | name(…)`
    record Filter(Expression of, String name, Given arguments, int line) implements Expression {}

    /// `of is name(…)`
    record Test(Expression of, String name, Given arguments, int line) implements Expression {}

    record Given(List<Expression> positional, Map<String, Expression> named) {
        static final Given NOTHING = new Given(List.of(), Map.of());
    }

    record Not(Expression of, int line) implements Expression {}

    record Sign(boolean negative, Expression of, int line) implements Expression {}

    /// Of two numbers, or of two texts or lists: `+ - * / // % **`.
    record Arithmetic(String operator, Expression left, Expression right, int line)
            implements Expression {}

    /// `left ~ right ~ …`
    record Concatenation(List<Expression> parts, int line) implements Expression {}

    /// `first < second == third …`, each with the next.
    record Comparison(Expression first, List<Step> steps, int line) implements Expression {
        record Step(Operator operator, Expression right) {}
    }

    enum Operator {
        EQUAL,
        UNEQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL,
        IN,
        NOT_IN
    }

    record And(Expression left, Expression right, int line) implements Expression {}

    record Or(Expression left, Expression right, int line) implements Expression {}

    /// `then if condition else otherwise`
    record Conditional(
            Expression condition, Expression then, Optional<Expression> otherwise, int line)
            implements Expression {}
}
