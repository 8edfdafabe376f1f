package dev.weightsmith.chattemplate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the value of an expression.
final class Evaluator {
    private final Limits limits;
    private final Members members;
    private final Operators operators;
    private final Filters filters;

    Evaluator(Limits limits) {
        this.limits = limits;
        this.members = new Members(limits);
        this.operators = new Operators(limits);
        this.filters = new Filters(limits, members);
    }

    Value evaluate(Expression expression, Scope scope) {
        try {
            limits.enter();
            Value value = find(expression, scope);
            limits.handle(value);
            limits.leave();
            return value;
        } catch (TemplateException e) {
            throw e.at(expression.line());
        }
    }

    private Value find(Expression expression, Scope scope) {
        return switch (expression) {
            case Expression.Literal literal -> literal.value();
            case Expression.Name(String name, _) -> {
                limits.work(scope.depth());
                yield scope.find(name)
                        .orElseGet(() -> new Value.Undefined("'" + name + "' is undefined"));
            }
            case Expression.ListOf(List<Expression> items, _) ->
                    Value.Items.list(all(items, scope));
            case Expression.TupleOf(List<Expression> items, _) ->
                    new Value.Items(Value.Items.Kind.TUPLE, all(items, scope));
            case Expression.MapOf map -> map(map, scope);
            case Expression.Attribute(Expression of, String name, _) ->
                    members.attribute(evaluate(of, scope), name);
            case Expression.Subscript(Expression of, Expression index, _) ->
                    members.subscript(evaluate(of, scope), evaluate(index, scope));
            case Expression.Slice slice ->
                    Slices.slice(
                            evaluate(slice.of(), scope),
                            evaluate(slice.start(), scope),
                            evaluate(slice.stop(), scope),
                            evaluate(slice.step(), scope));
            case Expression.Call call -> call(call, scope);
            case Expression.Filter(Expression of, String name, Expression.Given given, _) ->
                    filter(evaluate(of, scope), name, given, scope);
            case Expression.Test(Expression of, String name, Expression.Given given, _) -> {
                Value value = evaluate(of, scope);
                yield Value.of(filters.tests().holds(value, arguments(name, given, scope)));
            }
            case Expression.Not(Expression of, _) -> Value.of(!evaluate(of, scope).truth());
            case Expression.Sign(boolean negative, Expression of, _) ->
                    Numbers.sign(negative, evaluate(of, scope));
            case Expression.Arithmetic(String operator, Expression left, Expression right, _) ->
                    Numbers.calculate(operator, evaluate(left, scope), evaluate(right, scope));
            case Expression.Concatenation(List<Expression> parts, _) -> {
                var text = new TextBuilder(limits);
                all(parts, scope).forEach(part -> text.append(PythonWriter.text(part, limits)));
                yield Value.of(text.toString());
            }
            case Expression.Comparison comparison -> compare(comparison, scope);
            case Expression.And(Expression left, Expression right, _) -> {
                Value value = evaluate(left, scope);
                yield value.truth() ? evaluate(right, scope) : value;
            }
            case Expression.Or(Expression left, Expression right, _) -> {
                Value value = evaluate(left, scope);
                yield value.truth() ? value : evaluate(right, scope);
            }
            case Expression.Conditional conditional -> {
                if (evaluate(conditional.condition(), scope).truth()) {
                    yield evaluate(conditional.then(), scope);
                }
                yield evaluate(conditional.otherwise(), scope)
                        .orElseGet(() -> new Value.Undefined("an 'if' without 'else' is false"));
            }
        };
    }

    private Optional<Value> evaluate(Optional<Expression> expression, Scope scope) {
        return expression.map(one -> evaluate(one, scope));
    }

    private List<Value> all(List<Expression> expressions, Scope scope) {
        var values = new ArrayList<Value>(expressions.size());
        for (Expression expression : expressions) {
            values.add(evaluate(expression, scope));
        }
        return values;
    }

    private Value map(Expression.MapOf map, Scope scope) {
        var entries = new LinkedHashMap<Value, Value>();
        for (Expression.MapOf.Entry entry : map.entries()) {
            Value key = evaluate(entry.key(), scope);
            if (!Members.isKey(key)) {
                throw TemplateException.unsupported("a " + key.type() + " as a key");
            }
            entries.put(key, evaluate(entry.value(), scope));
        }
        return new Value.Mapping(entries);
    }

    private Arguments arguments(String name, Expression.Given given, Scope scope) {
        Map<String, Value> named = new LinkedHashMap<>();
        List<Value> positional = all(given.positional(), scope);
        given.named().forEach((key, value) -> named.put(key, evaluate(value, scope)));
        return new Arguments(name, positional, named);
    }

    Value filter(Value value, String name, Expression.Given given, Scope scope) {
        return filters.apply(value, arguments(name, given, scope));
    }

    private Value call(Expression.Call call, Scope scope) {
        Value function = evaluate(call.function(), scope);
        return switch (function) {
            case Value.Function(String name, Value.Function.Code code) ->
                    code.call(arguments(name, call.arguments(), scope));
            case Value.Undefined(String what) -> throw TemplateException.malformed(what);
            default -> throw TemplateException.malformed("calls a " + function.type());
        };
    }

    private Value compare(Expression.Comparison comparison, Scope scope) {
        Value left = evaluate(comparison.first(), scope);
        for (Expression.Comparison.Step step : comparison.steps()) {
            Value right = evaluate(step.right(), scope);
            if (!operators.holds(step.operator(), left, right)) {
                return Value.Bool.FALSE;
            }
            left = right;
        }
        return Value.Bool.TRUE;
    }
}
