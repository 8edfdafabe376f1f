package dev.weightsmith.chattemplate;

import dev.weightsmith.chattemplate.Expression.Operator;

/// Jinja's tests: what follows `is`.
record ValueTests(Limits limits, Operators operators) {
    boolean holds(Value value, Arguments arguments) {
        limits.handle(value);
        String name = arguments.function();
        return switch (name) {
            case "==", "eq", "equalto" -> compare(Operator.EQUAL, value, arguments);
            case "!=", "ne" -> compare(Operator.UNEQUAL, value, arguments);
            case "<", "lt", "lessthan" -> compare(Operator.LESS, value, arguments);
            case "<=", "le" -> compare(Operator.LESS_OR_EQUAL, value, arguments);
            case ">", "gt", "greaterthan" -> compare(Operator.GREATER, value, arguments);
            case ">=", "ge" -> compare(Operator.GREATER_OR_EQUAL, value, arguments);
            case "in" -> compare(Operator.IN, value, arguments);
            case "divisibleby" -> {
                Value divisor = arguments.take("num").value(0);
                yield operators.equal(Numbers.calculate("%", value, divisor), Value.of(0));
            }
            default -> {
                boolean holds = holds(value, name);
                arguments.take();
                yield holds;
            }
        };
    }

    private boolean compare(Operator operator, Value value, Arguments arguments) {
        return operators.holds(operator, value, arguments.take("other").value(0));
    }

    private boolean holds(Value value, String name) {
        return switch (name) {
            case "defined" -> !(value instanceof Value.Undefined);
            case "undefined" -> value instanceof Value.Undefined;
            case "none" -> value instanceof Value.None;
            case "string" -> value instanceof Value.Text;
            case "mapping" -> value instanceof Value.Mapping;
            case "boolean" -> value instanceof Value.Bool;
            case "true" -> value.equals(Value.Bool.TRUE);
            case "false" -> value.equals(Value.Bool.FALSE);
            case "integer" -> value instanceof Value.Int;
            case "float" -> value instanceof Value.Real;
            case "number" ->
                    value instanceof Value.Int
                            || value instanceof Value.Real
                            || value instanceof Value.Bool;
            case "odd" -> modulo2(value, 1);
            case "even" -> modulo2(value, 0);
            case "iterable" ->
                    switch (value) {
                        case Value.Text _,
                                Value.Items _,
                                Value.Stream _,
                                Value.Mapping _,
                                Value.Loop _,
                                Value.Undefined _ ->
                                true;
                        case Value.Int _,
                                Value.Real _,
                                Value.Bool _,
                                Value.None _,
                                Value.Namespace _,
                                Value.Function _ ->
                                false;
                    };
            case "sequence" ->
                    switch (value) {
                        case Value.Text _, Value.Mapping _, Value.Undefined _ -> true;
                        case Value.Items items -> items.kind() != Value.Items.Kind.VIEW;
                        case Value.Int _,
                                Value.Real _,
                                Value.Bool _,
                                Value.None _,
                                Value.Stream _,
                                Value.Namespace _,
                                Value.Loop _,
                                Value.Function _ ->
                                false;
                    };
            case "callable" -> value instanceof Value.Function || value instanceof Value.Undefined;
            case "lower", "upper" -> {
                String text = PythonWriter.text(value, limits);
                boolean lower = name.equals("lower");
                yield text.equals(lower ? PythonText.lower(text) : PythonText.upper(text))
                        && text.codePoints()
                                .anyMatch(
                                        c -> Character.isLowerCase(c) || Character.isUpperCase(c));
            }
            default -> throw TemplateException.unsupported("the test '" + name + "'");
        };
    }

    private boolean modulo2(Value value, long rest) {
        return operators.equal(Numbers.calculate("%", value, Value.of(2)), Value.of(rest));
    }
}
