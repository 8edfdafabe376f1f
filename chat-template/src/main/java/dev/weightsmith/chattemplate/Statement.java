package dev.weightsmith.chattemplate;

import java.util.List;
import java.util.Optional;

/// What a template does.
sealed interface Statement {
    /// Where it stands in the template, from 1.
    int line();

    record Write(String text, int line) implements Statement {}

    record Print(Expression value, int line) implements Statement {}

    /// `{% if %}`, `{% elif %}`: the first branch whose condition holds, or else the last block.
    record If(List<Branch> branches, List<Statement> otherwise, int line) implements Statement {
        record Branch(Expression condition, List<Statement> block) {}
    }

    record For(
            Target target,
            Expression over,
            Optional<Expression> condition,
            List<Statement> block,
            List<Statement> otherwise,
            int line)
            implements Statement {}

    record Break(int line) implements Statement {}

    record Continue(int line) implements Statement {}

    record Set(Target target, Expression value, int line) implements Statement {}

    /// `{% set target | filter %}block{% endset %}`
    record SetBlock(Target target, List<FilterCall> filters, List<Statement> block, int line)
            implements Statement {
        record FilterCall(String name, Expression.Given arguments, int line) {}
    }

    record Macro(String name, List<Parameter> parameters, List<Statement> block, int line)
            implements Statement {
        record Parameter(String name, Optional<Expression> otherwise) {}
    }

    /// `{% generation %}`, which marks what a model said: nothing but a block of its own.
    record Generation(List<Statement> block, int line) implements Statement {}

    /// Where a value goes.
    sealed interface Target {
        record Variable(String name) implements Target {}

        record Attribute(String namespace, String name) implements Target {}

        record Several(List<Target> targets) implements Target {}
    }
}
