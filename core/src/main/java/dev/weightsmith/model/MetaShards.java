package dev.weightsmith.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.architecture.Architectures;
import dev.weightsmith.architecture.Shards;
import dev.weightsmith.architecture.World;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.Source;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.torch.TorchFile;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The model-parallel files `consolidated.NN.pth` of a Meta checkpoint, joined to whole tensors
/// (docs/specs/checkpoints.md#meta-checkpoints).
public final class MetaShards {
    /// Four digits are more than any model has.
    private static final Pattern SAVED_AS = Pattern.compile("consolidated\\.(\\d{1,4})");

    private static final int SAMPLE = 1 << 20;

    private static final String EMBEDDING =
            Architectures.llama().name(World.META, Architecture.EMBEDDING).orElseThrow();

    private MetaShards() {}

    static boolean isMetaFolder(Path folder) {
        return Files.isRegularFile(folder.resolve(name(0)))
                || Files.isRegularFile(folder.resolve("params.json"));
    }

    /// What the file is called that holds this part, from 0 on.
    public static String name(int shard) {
        return String.format(Locale.ROOT, "consolidated.%02d.pth", shard);
    }

    /// Opens all shards of `folder`; the caller closes them.
    ///
    /// @throws FileException if one is missing
    static List<Checkpoint> open(Path folder) throws IOException {
        long files;
        try (Stream<Path> entries = Files.list(folder)) {
            files =
                    entries.filter(entry ->
                                    String.valueOf(entry.getFileName())
                                            .matches("consolidated\\.\\d+\\.pth"))
                            .count();
        }
        if (files == 0) {
            throw new FileException(
                    Problem.of(ErrorKind.MALFORMED, folder, "holds params.json but no " + name(0))
                            .withHint(
                                    "a Meta checkpoint is a folder with params.json and consolidated.NN.pth"));
        }
        var shards = new ArrayList<Checkpoint>();
        try {
            for (int i = 0; i < files; i++) {
                Path file = folder.resolve(name(i));
                if (!Files.exists(file)) {
                    throw FileException.malformed(
                            folder,
                            "lacks %s although it holds %d shards".formatted(name(i), files));
                }
                shards.add(Formats.open(file));
                requireOwnName(shards.getLast(), i);
            }
            return shards;
        } catch (IOException | RuntimeException e) {
            for (Checkpoint shard : shards) {
                shard.close();
            }
            throw e;
        }
    }

    /// PyTorch's zips remember the name under which they were saved, so that a shard under
    /// another's name shows.
    private static void requireOwnName(Checkpoint shard, int number) throws FileException {
        if (shard instanceof TorchFile torch && torch.savedAs().isPresent()) {
            Matcher saved = SAVED_AS.matcher(torch.savedAs().get());
            if (saved.matches() && Integer.parseInt(saved.group(1)) != number) {
                throw new FileException(
                        Problem.of(
                                        ErrorKind.MALFORMED,
                                        shard.path(),
                                        "was saved as %s.pth: it is another shard than its name says"
                                                .formatted(saved.group()))
                                .withHint(
                                        "shards are swapped, or one is a copy of another: give"
                                                + " each the name under which it was published"));
            }
        }
    }

    /// The model's `dim` in its `params.json`.
    static long width(Path params) throws IOException {
        JsonNode width = StrictJson.readObject(params).path("dim");
        if (!width.canConvertToInt() || width.intValue() < 1) {
            throw FileException.malformed(
                    params, "\"dim\" is %s, expected a width".formatted(width));
        }
        return width.intValue();
    }

    /// The whole tensors by their Meta names, in the order of the first shard.
    ///
    /// @param sources the shards, in order
    /// @param width the model's `dim`, which tells how an embedding is split
    static SequencedMap<String, Recipe> join(Sources sources, long width) throws IOException {
        List<Checkpoint> shards = sources.checkpoints();
        Checkpoint first = shards.getFirst();
        for (Checkpoint shard : shards) {
            requireSameNames(first, shard);
        }
        var joined = new LinkedHashMap<String, Recipe>();
        for (TensorInfo tensor : first.tensors()) {
            joined.put(tensor.name(), join(sources, tensor, width));
        }
        requireNoCopies(shards, width);
        return joined;
    }

    /// Shards that hold the same where they should hold different parts are copies of one file. The
    /// first row of every tensor tells: one row of one tensor where all is well.
    private static void requireNoCopies(List<Checkpoint> shards, long width) throws IOException {
        List<TensorInfo> divided =
                shards.getFirst().tensors().stream()
                        .filter(tensor -> split(tensor, width) != Shards.COPIES)
                        .toList();
        for (int i = 1; i < shards.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (isCopy(shards.get(j), shards.get(i), divided)) {
                    throw new FileException(
                            Problem.of(
                                            ErrorKind.MALFORMED,
                                            shards.get(i).path(),
                                            "holds the same weights as %s, expected another part"
                                                    .formatted(name(j)))
                                    .withHint("one is a copy of the other: get it again"));
                }
            }
        }
    }

    /// Rows of zeros, as models that were only made for a test have, tell nothing.
    private static boolean isCopy(Checkpoint one, Checkpoint other, List<TensorInfo> divided)
            throws IOException {
        boolean told = false;
        for (TensorInfo tensor : divided) {
            if (tensor.rowBytes() <= SAMPLE) {
                byte[] first = rows(one, tensor, 1);
                if (!Arrays.equals(first, rows(other, tensor, 1))) {
                    return false;
                }
                told |= !Arrays.equals(first, new byte[first.length]);
            }
        }
        return told;
    }

    private static Recipe join(Sources sources, TensorInfo tensor, long width) throws IOException {
        List<Checkpoint> shards = sources.checkpoints();
        var parts = new ArrayList<Recipe>();
        for (Source source : sources.all()) {
            Checkpoint shard = sources.file(source);
            TensorInfo part = shard.find(tensor.name()).orElseThrow();
            if (part.dtype() != tensor.dtype()) {
                throw mismatch(shard, part, tensor);
            }
            parts.add(new Recipe.Load(source, part));
        }
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        Shards split = split(tensor, width);
        for (int i = 0; i < shards.size(); i++) {
            TensorInfo part = ((Recipe.Load) parts.get(i)).tensor();
            boolean fits =
                    switch (split) {
                        case ROWS -> part.columns() == tensor.columns();
                        case COLUMNS -> part.rows() == tensor.rows();
                        case COPIES -> part.shape().equals(tensor.shape());
                    };
            if (!fits) {
                throw mismatch(shards.get(i), part, tensor);
            }
        }
        return switch (split) {
            case ROWS -> {
                requireRemainderLast(shards, parts);
                yield new Recipe.StackRows(parts);
            }
            case COLUMNS -> new Recipe.StackColumns(parts);
            case COPIES -> {
                for (int i = 1; i < shards.size(); i++) {
                    requireSameBytes(shards.getFirst(), shards.get(i), tensor);
                }
                yield parts.getFirst();
            }
        };
    }

    /// What does not divide is the last shard's, as in the published files.
    private static void requireRemainderLast(List<Checkpoint> shards, List<Recipe> parts)
            throws FileException {
        long each = parts.getFirst().shape().rows();
        for (int i = 1; i < parts.size(); i++) {
            Recipe.Load part = (Recipe.Load) parts.get(i);
            long rows = part.shape().rows();
            if (i < parts.size() - 1 ? rows != each : rows < each) {
                throw new FileException(
                        Problem.of(
                                        ErrorKind.MALFORMED,
                                        shards.get(i).path(),
                                        "tensor %s has %d rows, %d in %s: expected the remainder in the last shard"
                                                .formatted(
                                                        Printable.name(part.tensor().name()),
                                                        rows,
                                                        each,
                                                        name(0)))
                                .withHint("the shards may be swapped"));
            }
        }
    }

    /// How shards hold the tensor of that Meta name; embeddings as until Llama 3, by columns.
    public static Shards split(String name, Shape shape) {
        if (shape.rank() < 2) {
            return Shards.COPIES;
        }
        return Architectures.llama()
                .place(World.META, name)
                .map(place -> place.part().shards())
                .orElse(Shards.ROWS);
    }

    /// The same of a stored part, which tells by its width whether it is Llama 3's.
    private static Shards split(TensorInfo part, long width) {
        return part.name().equals(EMBEDDING) && part.columns() == width
                ? Shards.ROWS
                : split(part.name(), part.shape());
    }

    private static void requireSameNames(Checkpoint first, Checkpoint shard) throws IOException {
        for (TensorInfo tensor : first.tensors()) {
            if (shard.find(tensor.name()).isEmpty()) {
                throw missing(shard, tensor, first);
            }
        }
        for (TensorInfo tensor : shard.tensors()) {
            if (first.find(tensor.name()).isEmpty()) {
                throw missing(first, tensor, shard);
            }
        }
    }

    /// Copies must agree: a shard of another model would show here first.
    private static void requireSameBytes(Checkpoint first, Checkpoint other, TensorInfo tensor)
            throws IOException {
        byte[] expected = bytes(first, tensor);
        byte[] found = bytes(other, tensor);
        if (!Arrays.equals(expected, found)) {
            throw FileException.malformed(
                    other.path(),
                    "tensor %s differs from its copy in %s"
                            .formatted(Printable.name(tensor.name()), first.path().getFileName()));
        }
    }

    private static byte[] bytes(Checkpoint shard, TensorInfo tensor) throws IOException {
        return rows(shard, tensor, Math.min(tensor.bytes(), SAMPLE) / tensor.rowBytes());
    }

    private static byte[] rows(Checkpoint shard, TensorInfo tensor, long count) throws IOException {
        TensorInfo part = shard.find(tensor.name()).orElseThrow();
        byte[] bytes = new byte[Math.toIntExact(count * part.rowBytes())];
        shard.readRows(part, 0, count, MemorySegment.ofArray(bytes));
        return bytes;
    }

    private static FileException missing(Checkpoint shard, TensorInfo tensor, Checkpoint other) {
        return FileException.malformed(
                shard.path(),
                "lacks tensor %s, which %s holds"
                        .formatted(Printable.name(tensor.name()), other.path().getFileName()));
    }

    private static FileException mismatch(Checkpoint shard, TensorInfo part, TensorInfo tensor) {
        return FileException.malformed(
                shard.path(),
                "tensor %s is %s, which does not join with %s of the first shard"
                        .formatted(Printable.name(part.name()), part, tensor));
    }
}
