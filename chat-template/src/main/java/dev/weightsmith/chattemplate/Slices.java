package dev.weightsmith.chattemplate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/// Parts of texts and lists, by places that count from the end where they are negative.
final class Slices {
    private Slices() {}

    /// `of[index]`, where there is such a place.
    static Optional<Value> item(Value of, long index) {
        return switch (of) {
            case Value.Items(Value.Items.Kind kind, List<Value> items)
                    when kind != Value.Items.Kind.VIEW -> {
                long place = place(index, items.size());
                yield place < 0 ? Optional.empty() : Optional.of(items.get((int) place));
            }
            case Value.Text(String text) -> {
                long place = place(index, PythonText.length(text));
                yield place < 0
                        ? Optional.empty()
                        : Optional.of(Value.of(character(text, (int) place)));
            }
            default -> Optional.empty();
        };
    }

    private static long place(long index, int size) {
        long place = index < 0 ? index + size : index;
        return place < size ? place : -1;
    }

    private static String character(String text, int place) {
        return Character.toString(text.codePointAt(text.offsetByCodePoints(0, place)));
    }

    /// `of[start:stop:step]`
    static Value slice(
            Value of, Optional<Value> start, Optional<Value> stop, Optional<Value> step) {
        return switch (of) {
            case Value.Text(String text) -> {
                int[] characters = text.codePoints().toArray();
                int[] places = places(characters.length, number(start), number(stop), number(step));
                for (int i = 0; i < places.length; i++) {
                    places[i] = characters[places[i]];
                }
                yield Value.of(new String(places, 0, places.length));
            }
            case Value.Items(Value.Items.Kind kind, List<Value> items)
                    when kind != Value.Items.Kind.VIEW -> {
                int[] places = places(items.size(), number(start), number(stop), number(step));
                yield new Value.Items(kind, Arrays.stream(places).mapToObj(items::get).toList());
            }
            default ->
                    throw Operators.defined(of)
                            .orElseGet(() ->
                                    TemplateException.malformed("takes a part of a " + of.type()));
        };
    }

    private static Optional<Long> number(Optional<Value> value) {
        return value.filter(one -> !(one instanceof Value.None)).map(Numbers::whole);
    }

    private static int[] places(
            long size, Optional<Long> start, Optional<Long> stop, Optional<Long> step) {
        long by = step.orElse(1L);
        if (by == 0) {
            throw TemplateException.malformed("takes every 0th of a list");
        }
        long lowest = by > 0 ? 0 : -1;
        long highest = by > 0 ? size : size - 1;
        long from = start.map(at -> clamp(at, size, lowest, highest)).orElse(by > 0 ? 0 : highest);
        long to = stop.map(at -> clamp(at, size, lowest, highest)).orElse(by > 0 ? highest : -1);
        // A step beyond the list ends after one, whatever its size.
        long stride = Math.clamp(by, -size - 1, size + 1);
        long count = Math.max(0, Math.ceilDiv(to - from, stride));
        return LongStream.range(0, count).mapToInt(i -> (int) (from + i * stride)).toArray();
    }

    private static long clamp(long at, long size, long lowest, long highest) {
        return Math.clamp(at < 0 ? at + size : at, lowest, highest);
    }
}
