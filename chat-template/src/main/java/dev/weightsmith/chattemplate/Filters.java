package dev.weightsmith.chattemplate;

/// Jinja's filters: what follows `|`.
final class Filters {
    private final Limits limits;
    private final TextFilters texts;
    private final ListFilters lists;
    private final ValueTests tests;

    Filters(Limits limits, Members members) {
        var operators = new Operators(limits);
        this.limits = limits;
        this.texts = new TextFilters(limits, new TextMethods(limits));
        this.lists = new ListFilters(limits, members, operators, this);
        this.tests = new ValueTests(limits, operators);
    }

    ValueTests tests() {
        return tests;
    }

    Value apply(Value value, Arguments arguments) {
        limits.enter();
        limits.handle(value);
        Value result =
                texts.apply(value, arguments)
                        .or(() -> lists.apply(value, arguments))
                        .orElseGet(() -> other(value, arguments));
        limits.leave();
        return result;
    }

    private Value other(Value value, Arguments arguments) {
        return switch (arguments.function()) {
            case "tojson" -> JsonWriter.filter(value, arguments, limits);
            case "default", "d" -> {
                var given = arguments.take("default_value", "boolean");
                boolean missing =
                        value instanceof Value.Undefined
                                || (given.truth(1, false) && !value.truth());
                yield missing ? given.value(0, Value.of("")) : value;
            }
            case String name -> throw TemplateException.unsupported("the filter '" + name + "'");
        };
    }
}
