package dev.weightsmith.chattemplate;

import dev.weightsmith.chattemplate.Expression.Comparison.Step;
import dev.weightsmith.chattemplate.Expression.Given;
import dev.weightsmith.chattemplate.Expression.Operator;
import dev.weightsmith.chattemplate.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads expressions, weakest binding first: `if`, `or`, `and`, `not`, comparisons, `+ -`, `~`, `*
/// / // %`, `**`, signs. What binds stronger is read by [OperandParser].
///
/// As in Jinja and unlike Python, `~` stands between sums and products, `**` goes from left to
/// right, and a sign binds stronger than it.
final class ExpressionParser {
    private final Tokens tokens;
    private final OperandParser operands;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
        this.operands = new OperandParser(tokens, this);
    }

    /// An expression, or several with commas between them: a tuple.
    ///
    /// @param conditions whether an `if` belongs to the expression
    Expression tuple(boolean conditions) {
        int line = tokens.line();
        Expression first = conditions ? expression() : or();
        if (!tokens.atOperator(",")) {
            return first;
        }
        var items = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",") && !atTupleEnd()) {
            items.add(conditions ? expression() : or());
        }
        return new Expression.TupleOf(items, line);
    }

    private boolean atTupleEnd() {
        return tokens.at(Kind.PRINT_END) || tokens.at(Kind.BLOCK_END) || tokens.atOperator(")");
    }

    /// The filters of a block, which stand behind `set` without a value.
    List<Statement.SetBlock.FilterCall> filters() {
        var filters = new ArrayList<Statement.SetBlock.FilterCall>();
        while (tokens.skipOperator("|")) {
            int line = tokens.line();
            String name = operands.dottedName();
            Given arguments = tokens.atOperator("(") ? operands.arguments() : Given.NOTHING;
            filters.add(new Statement.SetBlock.FilterCall(name, arguments, line));
        }
        return filters;
    }

    Expression expression() {
        tokens.enter();
        int line = tokens.line();
        Expression value = or();
        while (tokens.skipName("if")) {
            Expression condition = or();
            Optional<Expression> otherwise =
                    tokens.skipName("else") ? Optional.of(expression()) : Optional.empty();
            value = new Expression.Conditional(condition, value, otherwise, line);
        }
        tokens.leave();
        return value;
    }

    Expression or() {
        int line = tokens.line();
        Expression left = and();
        while (tokens.skipName("or")) {
            left = new Expression.Or(left, and(), line);
        }
        return left;
    }

    private Expression and() {
        int line = tokens.line();
        Expression left = not();
        while (tokens.skipName("and")) {
            left = new Expression.And(left, not(), line);
        }
        return left;
    }

    private Expression not() {
        int line = tokens.line();
        if (!tokens.skipName("not")) {
            return comparison();
        }
        tokens.enter();
        Expression of = not();
        tokens.leave();
        return new Expression.Not(of, line);
    }

    private Expression comparison() {
        int line = tokens.line();
        Expression first = sum();
        var steps = new ArrayList<Step>();
        for (Optional<Operator> operator = operator();
                operator.isPresent();
                operator = operator()) {
            steps.add(new Step(operator.get(), sum()));
        }
        return steps.isEmpty() ? first : new Expression.Comparison(first, steps, line);
    }

    private Optional<Operator> operator() {
        if (tokens.skipName("in")) {
            return Optional.of(Operator.IN);
        }
        if (tokens.atName("not") && tokens.following().is(Kind.NAME, "in")) {
            tokens.next();
            tokens.next();
            return Optional.of(Operator.NOT_IN);
        }
        if (!tokens.at(Kind.OPERATOR)) {
            return Optional.empty();
        }
        Optional<Operator> found =
                switch (tokens.current().text()) {
                    case "==" -> Optional.of(Operator.EQUAL);
                    case "!=" -> Optional.of(Operator.UNEQUAL);
                    case "<" -> Optional.of(Operator.LESS);
                    case "<=" -> Optional.of(Operator.LESS_OR_EQUAL);
                    case ">" -> Optional.of(Operator.GREATER);
                    case ">=" -> Optional.of(Operator.GREATER_OR_EQUAL);
                    default -> Optional.empty();
                };
        if (found.isPresent()) {
            tokens.next();
        }
        return found;
    }

    private Expression sum() {
        Expression left = concatenation();
        while (tokens.atOperator("+") || tokens.atOperator("-")) {
            Token operator = tokens.next();
            left = arithmetic(operator, left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        int line = tokens.line();
        var parts = new ArrayList<>(List.of(product()));
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return parts.size() == 1 ? parts.getFirst() : new Expression.Concatenation(parts, line);
    }

    private Expression product() {
        Expression left = power();
        while (tokens.atOperator("*")
                || tokens.atOperator("/")
                || tokens.atOperator("//")
                || tokens.atOperator("%")) {
            Token operator = tokens.next();
            left = arithmetic(operator, left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = operands.operand();
        while (tokens.atOperator("**")) {
            Token operator = tokens.next();
            left = arithmetic(operator, left, operands.operand());
        }
        return left;
    }

    private static Expression arithmetic(Token operator, Expression left, Expression right) {
        return new Expression.Arithmetic(operator.text(), left, right, operator.line());
    }
}
