package dev.weightsmith.chattemplate;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The functions that every template can call: Jinja's, and those that transformers adds.
record Globals(Limits limits, Supplier<LocalDateTime> clock) {
    Map<String, Value> functions() {
        var functions = new HashMap<String, Value>();
        add(functions, "range", this::range);
        add(functions, "namespace", Globals::namespace);
        add(functions, "dict", Globals::dict);
        add(functions, "raise_exception", this::raise);
        add(
                functions,
                "strftime_now",
                arguments ->
                        Value.of(
                                DateWriter.write(
                                        arguments.take("format").text(0), clock.get(), limits)));
        for (String name : new String[] {"cycler", "joiner", "lipsum"}) {
            add(
                    functions,
                    name,
                    _ -> {
                        throw TemplateException.unsupported("the function '" + name + "'");
                    });
        }
        return functions;
    }

    private static void add(Map<String, Value> functions, String name, Value.Function.Code code) {
        functions.put(name, new Value.Function(name, code));
    }

    private Value range(Arguments arguments) {
        var given = arguments.take("start", "stop", "step");
        given.value(0);
        boolean one = given.find(1).isEmpty();
        long start = one ? 0 : given.number(0, 0);
        long stop = one ? given.number(0, 0) : given.number(1, 0);
        long step = given.number(2, 1);
        if (step == 0) {
            throw arguments.wrong("got a step of 0");
        }
        var items = new ArrayList<Value>();
        for (long at = start; step > 0 ? at < stop : at > stop; ) {
            limits.work(1);
            items.add(Value.of(at));
            Limits.checkCount(items.size());
            try {
                at = Math.addExact(at, step);
            } catch (ArithmeticException _) {
                break;
            }
        }
        return new Value.Items(Value.Items.Kind.RANGE, items);
    }

    private static Value namespace(Arguments arguments) {
        var namespace = new Value.Namespace();
        dict(arguments)
                .entries()
                .forEach((key, value) -> {
                    if (key instanceof Value.Text(String name)) {
                        namespace.attributes().put(name, value);
                    }
                });
        return namespace;
    }

    private static Value.Mapping dict(Arguments arguments) {
        var entries = new LinkedHashMap<Value, Value>();
        if (!arguments.positional().isEmpty()) {
            if (arguments.positional().size() > 1
                    || !(arguments.positional().getFirst() instanceof Value.Mapping mapping)) {
                throw TemplateException.unsupported(
                        "'" + arguments.function() + "' of anything but one dict");
            }
            entries.putAll(mapping.entries());
        }
        entries.putAll(Members.map(arguments.named()).entries());
        return new Value.Mapping(entries);
    }

    private Value raise(Arguments arguments) {
        throw TemplateException.raised(
                PythonWriter.text(arguments.take("message").value(0), limits));
    }
}
