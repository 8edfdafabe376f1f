package dev.weightsmith.chattemplate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// Everything that a template can get hold of.
public sealed interface Value {
    record Text(String text) implements Value {}

    record Int(long value) implements Value {}

    record Real(double value) implements Value {}

    record Bool(boolean value) implements Value {
        static final Bool TRUE = new Bool(true);
        static final Bool FALSE = new Bool(false);
    }

    record None() implements Value {
        static final None NONE = new None();
    }

    /// What is not there. It is empty and false; doing more with it is an error.
    ///
    /// @param what of the error: `'name' is undefined`
    record Undefined(String what) implements Value {}

    /// Several values, in order.
    record Items(Kind kind, List<Value> items) implements Value {
        enum Kind {
            LIST,
            TUPLE,
            RANGE,
            /// What a map's `keys()`, `values()` and `items()` answer.
            VIEW
        }

        public Items {
            Limits.checkCount(items.size());
            items = List.copyOf(items);
        }

        static Items list(List<Value> items) {
            return new Items(Kind.LIST, items);
        }

        static Items tuple(Value... items) {
            return new Items(Kind.TUPLE, List.of(items));
        }
    }

    /// Several values that can be gone through once: what most filters answer.
    record Stream(Iterator<Value> rest) implements Value {
        /// What is left, and then nothing.
        List<Value> drain() {
            var items = new ArrayList<Value>();
            rest.forEachRemaining(items::add);
            return items;
        }
    }

    /// @param entries by key, a [Text] or an [Int]
    record Mapping(SequencedMap<Value, Value> entries) implements Value {
        public Mapping {
            Limits.checkCount(entries.size());
        }
    }

    /// `namespace(…)`: the one thing that a template can change, and the same only as itself.
    final class Namespace implements Value {
        private final Map<String, Value> attributes = new HashMap<>();

        Map<String, Value> attributes() {
            return attributes;
        }
    }

    /// The `loop` of one turn.
    record Loop(List<Value> items, int index) implements Value {}

    /// A macro, a method of a value or a global function.
    record Function(String name, Code code) implements Value {
        interface Code {
            Value call(Arguments arguments);
        }
    }

    static Value of(boolean value) {
        return value ? Bool.TRUE : Bool.FALSE;
    }

    static Value of(long value) {
        return new Int(value);
    }

    /// A text that a template made.
    static Value of(String text) {
        Limits.checkLength(text.length());
        return new Text(text);
    }

    /// A list of messages, each a map of texts.
    static Value messages(List<? extends Map<String, String>> messages) {
        var items = new ArrayList<Value>();
        for (Map<String, String> message : messages) {
            SequencedMap<Value, Value> entries = new LinkedHashMap<>();
            message.forEach((key, value) -> entries.put(new Text(key), new Text(value)));
            items.add(new Mapping(entries));
        }
        return Items.list(items);
    }

    /// What Python calls its type, for messages.
    default String type() {
        return switch (this) {
            case Text _ -> "str";
            case Int _ -> "int";
            case Real _ -> "float";
            case Bool _ -> "bool";
            case None _ -> "None";
            case Undefined _ -> "undefined";
            case Items items -> items.kind().name().toLowerCase(Locale.ROOT);
            case Stream _ -> "generator";
            case Mapping _ -> "dict";
            case Namespace _ -> "namespace";
            case Loop _ -> "loop";
            case Function _ -> "function";
        };
    }

    /// Whether it counts as true.
    default boolean truth() {
        return switch (this) {
            case Text(String text) -> !text.isEmpty();
            case Int(long value) -> value != 0;
            case Real(double value) -> value != 0;
            case Bool(boolean value) -> value;
            case None _, Undefined _ -> false;
            case Items(_, List<Value> items) -> !items.isEmpty();
            case Mapping(SequencedMap<Value, Value> entries) -> !entries.isEmpty();
            case Loop _, Stream _, Namespace _, Function _ -> true;
        };
    }

    /// What a loop over it goes through.
    default List<Value> elements() {
        return switch (this) {
            case Text(String text) -> {
                Limits.checkCount(text.length());
                yield text.codePoints()
                        .<Value>mapToObj(c -> new Text(Character.toString(c)))
                        .toList();
            }
            case Items(_, List<Value> items) -> items;
            case Stream stream -> stream.drain();
            case Mapping(SequencedMap<Value, Value> entries) -> List.copyOf(entries.keySet());
            case Undefined _ -> List.of();
            case Int _, Real _, Bool _, None _, Namespace _, Loop _, Function _ ->
                    throw TemplateException.malformed("goes through a " + type());
        };
    }
}
