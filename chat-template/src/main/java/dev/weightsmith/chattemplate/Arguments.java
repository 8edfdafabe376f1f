package dev.weightsmith.chattemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a filter, test or function was called with.
record Arguments(String function, List<Value> positional, Map<String, Value> named) {
    static Arguments of(String function, List<Value> positional) {
        return new Arguments(function, positional, Map.of());
    }

    /// Those of these parameters that were given, by place or by name.
    ///
    /// @throws TemplateException if others were given
    Parameters take(String... names) {
        if (positional.size() > names.length) {
            throw wrong("takes at most " + names.length + " arguments, got " + positional.size());
        }
        var values = new ArrayList<Optional<Value>>();
        for (int i = 0; i < names.length; i++) {
            Optional<Value> byName = Optional.ofNullable(named.get(names[i]));
            if (i < positional.size() && byName.isPresent()) {
                throw wrong("got its argument '" + names[i] + "' twice");
            }
            values.add(i < positional.size() ? Optional.of(positional.get(i)) : byName);
        }
        for (String name : named.keySet()) {
            if (!List.of(names).contains(name)) {
                throw wrong("has no argument '" + name + "'");
            }
        }
        return new Parameters(values);
    }

    /// Without the first `count`, for a filter or test that another one calls.
    Arguments rest(String other, int count) {
        return new Arguments(
                other,
                positional.subList(Math.min(count, positional.size()), positional.size()),
                named);
    }

    TemplateException wrong(String what) {
        return TemplateException.malformed("'" + function + "' " + what);
    }

    /// Arguments in the order of the names they were asked for by.
    final class Parameters {
        private final List<Optional<Value>> values;

        private Parameters(List<Optional<Value>> values) {
            this.values = values;
        }

        Optional<Value> find(int index) {
            return values.get(index);
        }

        Value value(int index) {
            return find(index).orElseThrow(() -> wrong("misses argument number " + (index + 1)));
        }

        Value value(int index, Value otherwise) {
            return find(index).orElse(otherwise);
        }

        String text(int index) {
            return text(value(index));
        }

        String text(int index, String otherwise) {
            return find(index).map(this::text).orElse(otherwise);
        }

        private String text(Value value) {
            if (value instanceof Value.Text(String text)) {
                return text;
            }
            throw wrong("got a " + value.type() + ", expected a str");
        }

        /// Empty where `None` is given, too.
        Optional<String> given(int index) {
            return find(index).filter(value -> !(value instanceof Value.None)).map(this::text);
        }

        long number(int index, long otherwise) {
            return switch (value(index, Value.of(otherwise))) {
                case Value.Int(long value) -> value;
                case Value.Bool(boolean value) -> value ? 1 : 0;
                case Value value -> throw wrong("got a " + value.type() + ", expected an int");
            };
        }

        boolean truth(int index, boolean otherwise) {
            return value(index, Value.of(otherwise)).truth();
        }
    }
}
