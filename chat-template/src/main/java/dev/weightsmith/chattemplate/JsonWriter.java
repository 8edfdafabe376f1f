package dev.weightsmith.chattemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Writes values as Python's `json.dumps` does, which transformers makes the `tojson` filter of.
///
/// @param indent what a level is indented with, where entries go on lines of their own
/// @param itemSeparator between entries
/// @param keySeparator between key and value
record JsonWriter(
        Limits limits,
        TextBuilder out,
        Optional<String> indent,
        String itemSeparator,
        String keySeparator,
        boolean ascii,
        boolean sorted) {

    /// `tojson(ensure_ascii=False, indent=None, separators=None, sort_keys=False)`.
    static Value filter(Value value, Arguments arguments, Limits limits) {
        var given = arguments.take("ensure_ascii", "indent", "separators", "sort_keys");
        Optional<String> indent =
                given.find(1)
                        .filter(width -> !(width instanceof Value.None))
                        .map(width -> indent(width, given));
        String itemSeparator = indent.isPresent() ? "," : ", ";
        String keySeparator = ": ";
        Value separators = given.value(2, Value.None.NONE);
        if (!(separators instanceof Value.None)) {
            List<Value> both = separators.elements();
            if (both.size() != 2
                    || !(both.get(0) instanceof Value.Text(String item))
                    || !(both.get(1) instanceof Value.Text(String key))) {
                throw arguments.wrong("expected two separators");
            }
            itemSeparator = item;
            keySeparator = key;
        }
        var writer =
                new JsonWriter(
                        limits,
                        new TextBuilder(limits),
                        indent,
                        itemSeparator,
                        keySeparator,
                        given.truth(0, false),
                        given.truth(3, false));
        writer.write(value, 0);
        return Value.of(writer.out.toString());
    }

    private static String indent(Value width, Arguments.Parameters given) {
        if (width instanceof Value.Text(String text)) {
            return text;
        }
        long count = given.number(1, 0);
        Limits.checkLength(count);
        return " ".repeat((int) Math.max(0, count));
    }

    private void write(Value value, int level) {
        limits.enter();
        switch (value) {
            case Value.Text(String text) -> quote(text);
            case Value.Int(long number) -> out.append(Long.toString(number));
            case Value.Real(double number) -> out.append(number(number));
            case Value.Bool(boolean is) -> out.append(is ? "true" : "false");
            case Value.None _ -> out.append("null");
            case Value.Items(Value.Items.Kind kind, List<Value> items)
                    when kind == Value.Items.Kind.LIST || kind == Value.Items.Kind.TUPLE -> {
                out.append("[");
                for (int i = 0; i < items.size(); i++) {
                    separate(i, level + 1);
                    write(items.get(i), level + 1);
                }
                close(items.size(), level, "]");
            }
            case Value.Mapping mapping -> entries(mapping, level);
            case Value.Undefined _,
                    Value.Items _,
                    Value.Stream _,
                    Value.Namespace _,
                    Value.Loop _,
                    Value.Function _ ->
                    throw TemplateException.malformed(
                            "writes a " + value.type() + " as JSON, which it cannot be");
        }
        limits.leave();
    }

    private void entries(Value.Mapping mapping, int level) {
        out.append("{");
        var entries = new ArrayList<>(mapping.entries().entrySet());
        if (sorted) {
            var operators = new Operators(limits);
            entries.sort(Map.Entry.comparingByKey(operators::compare));
        }
        for (int i = 0; i < entries.size(); i++) {
            separate(i, level + 1);
            quote(PythonWriter.text(entries.get(i).getKey(), limits));
            out.append(keySeparator);
            write(entries.get(i).getValue(), level + 1);
        }
        close(entries.size(), level, "}");
    }

    private void separate(int index, int level) {
        out.append(index == 0 ? "" : itemSeparator);
        newLine(level);
    }

    private void close(int size, int level, String bracket) {
        if (size > 0) {
            newLine(level);
        }
        out.append(bracket);
    }

    private void newLine(int level) {
        if (indent.isPresent()) {
            out.append("\n");
            for (int i = 0; i < level; i++) {
                out.append(indent.get());
            }
        }
    }

    private static String number(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "Infinity" : "-Infinity";
        }
        return PythonWriter.number(number);
    }

    private void quote(String text) {
        out.append("\"");
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    boolean plain = character >= ' ' && (character < 0x7f || !ascii);
                    out.append(
                            plain || character == 0x7f
                                    ? Character.toString(character)
                                    : String.format(Locale.ROOT, "\\u%04x", (int) character));
                }
            }
        }
        out.append("\"");
    }
}
