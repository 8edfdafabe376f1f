package dev.weightsmith.chattemplate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Jinja's filters of lists and maps.
///
/// @param filters all filters, for `map`
record ListFilters(Limits limits, Members members, Operators operators, Filters filters) {
    /// What the filter makes of the value, if it is one of these.
    Optional<Value> apply(Value value, Arguments arguments) {
        return switch (arguments.function()) {
            case "list" -> some(arguments, Value.Items.list(value.elements()));
            case "length", "count" -> some(arguments, Value.of(length(value)));
            case "first" -> some(arguments, first(value));
            case "last" -> some(arguments, last(value));
            case "reverse" -> some(arguments, reverse(value));
            case "items" -> some(arguments, items(value, arguments));
            case "join" -> Optional.of(join(value, arguments));
            case "map" -> Optional.of(map(value, arguments));
            case "select" -> Optional.of(select(value, arguments, false, true));
            case "reject" -> Optional.of(select(value, arguments, false, false));
            case "selectattr" -> Optional.of(select(value, arguments, true, true));
            case "rejectattr" -> Optional.of(select(value, arguments, true, false));
            case "sort" -> Optional.of(sort(value, arguments));
            case "dictsort" -> Optional.of(sortMap(value, arguments));
            case "unique" -> Optional.of(unique(value, arguments));
            default -> Optional.empty();
        };
    }

    private static Optional<Value> some(Arguments arguments, Value result) {
        arguments.take();
        return Optional.of(result);
    }

    private static long length(Value value) {
        return switch (value) {
            case Value.Text(String text) -> PythonText.length(text);
            case Value.Items(_, List<Value> items) -> items.size();
            case Value.Mapping mapping -> mapping.entries().size();
            case Value.Loop loop -> loop.items().size();
            case Value.Undefined _ -> 0;
            case Value.Int _,
                    Value.Real _,
                    Value.Bool _,
                    Value.None _,
                    Value.Stream _,
                    Value.Namespace _,
                    Value.Function _ ->
                    throw TemplateException.malformed("asks for the length of a " + value.type());
        };
    }

    private static Value first(Value value) {
        if (value instanceof Value.Stream(var rest) && rest.hasNext()) {
            return rest.next();
        }
        List<Value> items = value.elements();
        return items.isEmpty() ? new Value.Undefined("there is no first item") : items.getFirst();
    }

    private static Value last(Value value) {
        if (value instanceof Value.Stream) {
            throw TemplateException.malformed("asks for the last of a generator");
        }
        List<Value> items = value.elements();
        return items.isEmpty() ? new Value.Undefined("there is no last item") : items.getLast();
    }

    private static Value reverse(Value value) {
        return value instanceof Value.Text(String text)
                ? Value.of(TextMethods.reverse(text))
                : stream(value.elements().reversed());
    }

    private static Value stream(List<Value> items) {
        return new Value.Stream(items.iterator());
    }

    private static Value items(Value value, Arguments arguments) {
        return switch (value) {
            case Value.Undefined _ -> stream(List.of());
            case Value.Mapping mapping -> stream(Members.pairs(mapping));
            default -> throw arguments.wrong("got a " + value.type() + ", expected a dict");
        };
    }

    private Value join(Value value, Arguments arguments) {
        var given = arguments.take("d", "attribute");
        String separator = PythonWriter.text(given.value(0, Value.of("")), limits);
        var out = new TextBuilder(limits);
        boolean more = false;
        for (Value item : value.elements()) {
            Value part = attribute(item, given.value(1, Value.None.NONE));
            out.append(more ? separator : "").append(PythonWriter.text(part, limits));
            more = true;
        }
        return Value.of(out.toString());
    }

    /// The attribute of an attribute: `a.0.b`.
    private Value attribute(Value of, Value path) {
        return switch (path) {
            case Value.None _ -> of;
            case Value.Text(String names) -> {
                limits.work(names.length());
                Value value = of;
                for (String name : names.split("\\.", -1)) {
                    value =
                            members.subscript(
                                    value,
                                    name.matches("\\d{1,9}")
                                            ? Value.of(Long.parseLong(name))
                                            : new Value.Text(name));
                }
                yield value;
            }
            default -> members.subscript(of, path);
        };
    }

    private Value map(Value value, Arguments arguments) {
        var out = new ArrayList<Value>();
        if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
            var given = arguments.take("attribute", "default");
            for (Value item : value.elements()) {
                Value found = attribute(item, given.value(0));
                Value otherwise = given.value(1, Value.None.NONE);
                out.add(
                        found instanceof Value.Undefined && !(otherwise instanceof Value.None)
                                ? otherwise
                                : found);
            }
            return stream(out);
        }
        Arguments rest = other(arguments, 0);
        for (Value item : value.elements()) {
            out.add(filters.apply(item, rest));
        }
        return stream(out);
    }

    /// The call of the filter or test that is named by an argument.
    private static Arguments other(Arguments arguments, int index) {
        List<Value> given = arguments.positional();
        if (given.size() > index && given.get(index) instanceof Value.Text(String name)) {
            return arguments.rest(name, index + 1);
        }
        throw arguments.wrong("misses a name");
    }

    private Value select(Value value, Arguments arguments, boolean byAttribute, boolean wanted) {
        if (!value.truth()) {
            return stream(List.of());
        }
        List<Value> given = arguments.positional();
        if (byAttribute && given.isEmpty()) {
            throw arguments.wrong("misses the name of an attribute");
        }
        int named = byAttribute ? 1 : 0;
        Predicate<Value> test = Value::truth;
        if (given.size() > named) {
            Arguments rest = other(arguments, named);
            test = item -> filters.tests().holds(item, rest);
        }
        var out = new ArrayList<Value>();
        for (Value item : value.elements()) {
            limits.work(1);
            if (test.test(byAttribute ? attribute(item, given.getFirst()) : item) == wanted) {
                out.add(item);
            }
        }
        return stream(out);
    }

    private static Value withoutCase(Value value, boolean caseSensitive) {
        return value instanceof Value.Text(String text) && !caseSensitive
                ? new Value.Text(PythonText.lower(text))
                : value;
    }

    private Value key(Value item, Value attribute, boolean caseSensitive) {
        Value key = withoutCase(attribute(item, attribute), caseSensitive);
        limits.work(key instanceof Value.Text(String text) ? text.length() : 1);
        return key;
    }

    private record Keyed(Value key, Value item) {}

    private Value sorted(List<Keyed> keyed, boolean descending) {
        Comparator<Keyed> order = (one, other) -> operators.compare(one.key(), other.key());
        return Value.Items.list(
                keyed.stream()
                        .sorted(descending ? order.reversed() : order)
                        .map(Keyed::item)
                        .toList());
    }

    private Value sort(Value value, Arguments arguments) {
        var given = arguments.take("reverse", "case_sensitive", "attribute");
        Value attribute = given.value(2, Value.None.NONE);
        if (attribute instanceof Value.Text(String names) && names.contains(",")) {
            throw TemplateException.unsupported("sorting by several attributes");
        }
        var keyed = new ArrayList<Keyed>();
        for (Value item : value.elements()) {
            keyed.add(new Keyed(key(item, attribute, given.truth(1, false)), item));
        }
        return sorted(keyed, given.truth(0, false));
    }

    private Value sortMap(Value value, Arguments arguments) {
        var given = arguments.take("case_sensitive", "by", "reverse");
        String by = given.text(1, "key");
        if (!(value instanceof Value.Mapping mapping)
                || (!by.equals("key") && !by.equals("value"))) {
            throw arguments.wrong("expected a dict, and by='key' or by='value'");
        }
        Value place = Value.of(by.equals("key") ? 0 : 1);
        var keyed = new ArrayList<Keyed>();
        for (Value pair : Members.pairs(mapping)) {
            keyed.add(new Keyed(key(pair, place, given.truth(0, false)), pair));
        }
        return sorted(keyed, given.truth(2, false));
    }

    private Value unique(Value value, Arguments arguments) {
        var given = arguments.take("case_sensitive", "attribute");
        var texts = new HashSet<Value>();
        var others = new ArrayList<Value>();
        var out = new ArrayList<Value>();
        for (Value item : value.elements()) {
            Value key = key(item, given.value(1, Value.None.NONE), given.truth(0, false));
            if (key instanceof Value.Items || key instanceof Value.Mapping) {
                throw TemplateException.unsupported("the filter 'unique' of lists or dicts");
            }
            boolean isNew;
            if (key instanceof Value.Text) {
                isNew = texts.add(key);
            } else {
                isNew = others.stream().noneMatch(other -> operators.equal(other, key));
                others.add(key);
            }
            if (isNew) {
                out.add(item);
            }
        }
        return stream(out);
    }
}
