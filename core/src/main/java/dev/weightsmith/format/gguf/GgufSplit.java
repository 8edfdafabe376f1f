package dev.weightsmith.format.gguf;

import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// One model in several files (docs/specs/gguf.md#split-files): how they are planned, and how they
/// prove to belong together.
///
/// All metadata are in the first part; every part says which one it is, of how many, and how many
/// tensors the model has.
public final class GgufSplit {
    static final String NUMBER = "split.no";
    static final String COUNT = "split.count";
    static final String TENSORS = "split.tensors.count";
    static final List<String> KEYS = List.of(NUMBER, COUNT, TENSORS);

    /// Part numbers are five digits in names and 16 bits in files.
    private static final int MOST_PARTS = 65_535;

    private GgufSplit() {}

    /// A file of the model.
    public record Part(String name, FileLayout layout) {}

    /// The files of a model that is divided like this. One group is one file under the name given,
    /// without `split.*`.
    ///
    /// @param name of the undivided file, ending in `.gguf`
    /// @throws PlanException as [GgufLayout#of], or if there would be too many parts
    public static List<Part> plan(
            String name, SequencedMap<String, GgufValue> metadata, List<List<TensorInfo>> groups) {
        var whole = new LinkedHashMap<>(metadata);
        KEYS.forEach(whole::remove);
        if (groups.size() == 1) {
            return List.of(new Part(name, GgufLayout.of(whole, groups.getFirst())));
        }
        if (groups.size() > MOST_PARTS) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.LIMIT,
                                    "%s would be %d parts, expected at most %d"
                                            .formatted(
                                                    Printable.name(name),
                                                    groups.size(),
                                                    MOST_PARTS))
                            .withHint("choose larger parts"));
        }
        String stem = name.endsWith(".gguf") ? name.substring(0, name.length() - 5) : name;
        int tensors = groups.stream().mapToInt(List::size).sum();
        var parts = new ArrayList<Part>();
        for (int i = 0; i < groups.size(); i++) {
            var own = i == 0 ? whole : new LinkedHashMap<String, GgufValue>();
            own.put(NUMBER, new GgufValue.U16(i));
            own.put(COUNT, new GgufValue.U16(groups.size()));
            own.put(TENSORS, new GgufValue.I32(tensors));
            parts.add(
                    new Part(
                            new GgufPartName(stem, i + 1, groups.size()).toString(),
                            GgufLayout.of(own, groups.get(i))));
        }
        return parts;
    }

    /// Groups of tensors, in order, that go into a part each; a part ends before the tensor that
    /// would make it too large. A single tensor over `maxBytes` is a part of its own.
    ///
    /// @param maxBytes of all tensors in a part, without padding and header
    /// @param maxTensors in a part
    public static List<List<TensorInfo>> divide(
            List<TensorInfo> tensors, long maxBytes, int maxTensors) {
        if (maxBytes < 1 || maxTensors < 1) {
            throw new IllegalArgumentException("parts must have room for a tensor");
        }
        var groups = new ArrayList<List<TensorInfo>>();
        var group = new ArrayList<TensorInfo>();
        long bytes = 0;
        for (var tensor : tensors) {
            boolean full = group.size() >= maxTensors || tensor.bytes() > maxBytes - bytes;
            if (full && !group.isEmpty()) {
                groups.add(group);
                group = new ArrayList<>();
                bytes = 0;
            }
            group.add(tensor);
            bytes = Math.addExact(bytes, tensor.bytes());
        }
        groups.add(group);
        return groups;
    }

    /// Checks that `parts`, in the order of their names, are the parts of one model.
    static void requireOneModel(List<GgufPart> parts) throws FileException {
        long tensors = parts.stream().mapToLong(part -> part.tensors().size()).sum();
        for (int i = 0; i < parts.size(); i++) {
            var part = parts.get(i);
            requireNumber(part, NUMBER, i);
            requireNumber(part, COUNT, parts.size());
            requireNumber(part, TENSORS, tensors);
            requireSameValues(parts.getFirst(), part);
        }
    }

    private static void requireNumber(GgufPart part, String key, long expected)
            throws FileException {
        var found = number(part, key);
        if (found.isEmpty() || found.get() != expected) {
            throw FileException.malformed(
                    part.path(),
                    "%s is %s, expected %d"
                            .formatted(
                                    key, found.map(String::valueOf).orElse("missing"), expected));
        }
    }

    private static void requireSameValues(GgufPart first, GgufPart part) throws FileException {
        for (var entry : part.metadata().entrySet()) {
            var value = first.metadata().get(entry.getKey());
            if (!KEYS.contains(entry.getKey())
                    && value != null
                    && !value.equals(entry.getValue())) {
                throw FileException.malformed(
                        part.path(),
                        "value of %s differs from that in %s, so they are not of one model"
                                .formatted(
                                        Printable.name(entry.getKey()),
                                        Printable.name(first.path().toString())));
            }
        }
    }

    /// The value of a `split.*` key; writers have not always agreed on its width.
    static Optional<Long> number(GgufPart part, String key) throws FileException {
        return switch (part.metadata().get(key)) {
            case null -> Optional.empty();
            case GgufValue.U16(int value) -> Optional.of((long) value);
            case GgufValue.I32(int value) -> Optional.of((long) value);
            case GgufValue.U32(long value) -> Optional.of(value);
            case GgufValue other ->
                    throw FileException.malformed(
                            part.path(),
                            "%s is %s, expected a number"
                                    .formatted(key, Printable.text(other.toString())));
        };
    }
}
