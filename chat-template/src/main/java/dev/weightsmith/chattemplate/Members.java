package dev.weightsmith.chattemplate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What stands behind a dot or in square brackets.
///
/// `.name` looks for a method before it looks for an entry, `['name']` the other way round. A value
/// has the methods that are written out here and no others.
final class Members {
    private static final Set<String> MAP_METHODS = Set.of("get", "items", "keys", "values");
    private static final Set<String> OTHER_MAP_METHODS = Set.of("copy", "fromkeys");
    private static final Set<String> MAP_CHANGES =
            Set.of("clear", "pop", "popitem", "setdefault", "update");
    private static final Set<String> LIST_METHODS = Set.of("count", "index");
    private static final Set<String> LIST_CHANGES =
            Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");

    private final Limits limits;
    private final Operators operators;
    private final TextMethods texts;

    Members(Limits limits) {
        this.limits = limits;
        this.operators = new Operators(limits);
        this.texts = new TextMethods(limits);
    }

    /// `of.name`
    Value attribute(Value of, String name) {
        return method(of, name)
                .or(() -> entry(of, new Value.Text(name)))
                .orElseGet(() -> missing(of, name));
    }

    /// `of[index]`
    Value subscript(Value of, Value index) {
        Optional<Value> entry = entry(of, index);
        if (entry.isPresent()) {
            return entry.get();
        }
        return index instanceof Value.Text(String name)
                ? method(of, name).orElseGet(() -> missing(of, name))
                : missing(of, PythonWriter.text(index, limits));
    }

    private static Value missing(Value of, String name) {
        return new Value.Undefined("'" + of.type() + "' has no '" + name + "'");
    }

    private static Optional<Value> entry(Value of, Value index) {
        return switch (of) {
            case Value.Undefined(String what) -> throw TemplateException.malformed(what);
            case Value.Mapping mapping when isKey(index) ->
                    Optional.ofNullable(mapping.entries().get(index));
            case Value.Items _, Value.Text _ ->
                    index instanceof Value.Int || index instanceof Value.Bool
                            ? Slices.item(of, Numbers.whole(index))
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    /// Whether it can be a key of a map.
    static boolean isKey(Value value) {
        return value instanceof Value.Text || value instanceof Value.Int;
    }

    private Optional<Value> method(Value of, String name) {
        return switch (of) {
            case Value.Text(String text) when TextMethods.NAMES.contains(name) ->
                    function(name, arguments -> texts.call(text, arguments));
            case Value.Mapping mapping when MAP_METHODS.contains(name) ->
                    function(name, arguments -> call(mapping, arguments));
            case Value.Mapping _ when OTHER_MAP_METHODS.contains(name) ->
                    function(name, _ -> unsupported("dict." + name));
            case Value.Mapping _ when MAP_CHANGES.contains(name) -> change(of, name);
            case Value.Items items when LIST_METHODS.contains(name) ->
                    function(name, arguments -> call(items, arguments));
            case Value.Items(Value.Items.Kind kind, _)
                    when kind == Value.Items.Kind.LIST && LIST_CHANGES.contains(name) ->
                    change(of, name);
            case Value.Items(Value.Items.Kind kind, _)
                    when kind == Value.Items.Kind.LIST && name.equals("copy") ->
                    function(name, _ -> of);
            case Value.Namespace namespace -> Optional.ofNullable(namespace.attributes().get(name));
            case Value.Loop loop -> loop(loop, name);
            default -> Optional.empty();
        };
    }

    private static Optional<Value> function(String name, Value.Function.Code code) {
        return Optional.of(new Value.Function(name, code));
    }

    private static Value unsupported(String what) {
        throw TemplateException.unsupported(what);
    }

    private static Optional<Value> change(Value of, String name) {
        return function(
                name,
                _ -> {
                    throw TemplateException.refused(
                            "changes a " + of.type() + " ('" + name + "'), which no template may");
                });
    }

    private static Value call(Value.Mapping mapping, Arguments arguments) {
        if (arguments.function().equals("get")) {
            var given = arguments.take("key", "default");
            return entry(mapping, given.value(0)).orElse(given.value(1, Value.None.NONE));
        }
        arguments.take();
        return new Value.Items(
                Value.Items.Kind.VIEW,
                switch (arguments.function()) {
                    case "keys" -> mapping.elements();
                    case "values" -> List.copyOf(mapping.entries().values());
                    default -> pairs(mapping);
                });
    }

    /// Each entry as a tuple of key and value.
    static List<Value> pairs(Value.Mapping mapping) {
        var pairs = new ArrayList<Value>();
        mapping.entries().forEach((key, value) -> pairs.add(Value.Items.tuple(key, value)));
        return pairs;
    }

    private Value call(Value.Items items, Arguments arguments) {
        Value value = arguments.take("value").value(0);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < items.items().size(); i++) {
            if (operators.equal(items.items().get(i), value)) {
                places.add(i);
            }
        }
        if (arguments.function().equals("count")) {
            return Value.of(places.size());
        }
        if (places.isEmpty()) {
            throw arguments.wrong("got a value that is not in the list");
        }
        return Value.of(places.getFirst());
    }

    private static Optional<Value> loop(Value.Loop loop, String name) {
        int index = loop.index();
        int length = loop.items().size();
        return switch (name) {
            case "index" -> Optional.of(Value.of(index + 1L));
            case "index0" -> Optional.of(Value.of(index));
            case "revindex" -> Optional.of(Value.of(length - index));
            case "revindex0" -> Optional.of(Value.of(length - index - 1L));
            case "first" -> Optional.of(Value.of(index == 0));
            case "last" -> Optional.of(Value.of(index == length - 1));
            case "length" -> Optional.of(Value.of(length));
            case "depth" -> Optional.of(Value.of(1));
            case "depth0" -> Optional.of(Value.of(0));
            case "previtem" ->
                    Optional.of(
                            index > 0
                                    ? loop.items().get(index - 1)
                                    : new Value.Undefined("there is no previous item"));
            case "nextitem" ->
                    Optional.of(
                            index + 1 < length
                                    ? loop.items().get(index + 1)
                                    : new Value.Undefined("there is no next item"));
            case "cycle" -> function(name, arguments -> cycle(index, arguments));
            case "changed" -> function(name, _ -> unsupported("loop.changed"));
            default -> Optional.empty();
        };
    }

    private static Value cycle(int index, Arguments arguments) {
        List<Value> values = arguments.positional();
        if (values.isEmpty()) {
            throw arguments.wrong("got nothing to choose from");
        }
        return values.get(index % values.size());
    }

    /// A map of names and values.
    static Value.Mapping map(Map<String, Value> entries) {
        var map = new LinkedHashMap<Value, Value>();
        entries.forEach((name, value) -> map.put(new Value.Text(name), value));
        return new Value.Mapping(map);
    }
}
