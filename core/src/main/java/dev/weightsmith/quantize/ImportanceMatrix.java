package dev.weightsmith.quantize;

import dev.weightsmith.architecture.Role;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.plan.Importance;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// How much each column of each matrix matters, as `llama-imatrix` measured it on some text
/// (docs/specs/quantization.md#importance-matrices).
///
/// @param entries the mean square of each column's activations, by GGUF tensor name
/// @param dataset the first text it was measured on, if known
/// @param chunks pieces of text; 0 where unknown
public record ImportanceMatrix(
        Path file, SequencedMap<String, float[]> entries, Optional<String> dataset, long chunks) {
    /// The largest that is read: far above those of any known model.
    static final long LARGEST_FILE = 1L << 28;

    public ImportanceMatrix {
        entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
    }

    /// Reads a file of either form; which it is, its first bytes tell.
    ///
    /// @throws FileException if it is malformed or holds a value that is no measure
    public static ImportanceMatrix open(Path path) throws IOException {
        boolean gguf;
        try (var file = InputFile.open(path)) {
            if (file.size() > LARGEST_FILE) {
                throw FileException.overLimit(
                        path,
                        "is %d bytes long, expected an importance matrix of at most %d"
                                .formatted(file.size(), LARGEST_FILE));
            }
            gguf = GgufFile.recognises(file);
        }
        var matrix = gguf ? GgufImportance.read(path) : LegacyImportance.read(path);
        for (var entry : matrix.entries.entrySet()) {
            requireMeasures(path, entry);
        }
        return matrix;
    }

    private static void requireMeasures(Path path, Map.Entry<String, float[]> entry)
            throws FileException {
        float[] columns = entry.getValue();
        for (int i = 0; i < columns.length; i++) {
            if (!(columns[i] >= 0 && columns[i] <= Float.MAX_VALUE)) {
                throw FileException.malformed(
                        path,
                        "entry %s: column %d is %s, expected a number of 0 or more"
                                .formatted(Printable.name(entry.getKey()), i, columns[i]));
            }
        }
    }

    /// Entries that are of none of these tensors, or of one of another width: where there are any,
    /// the matrix was measured on another model. An output matrix that is the embedding, as some
    /// models have it, is no matter.
    ///
    /// @param tensors under their GGUF names
    public List<String> strangers(Collection<TensorInfo> tensors) {
        Map<String, Long> columns =
                tensors.stream().collect(Collectors.toMap(TensorInfo::name, TensorInfo::columns));
        return entries.entrySet().stream()
                .filter(entry ->
                        columns.containsKey(entry.getKey())
                                ? columns.get(entry.getKey()) != entry.getValue().length
                                : Role.of(entry.getKey()) != Role.OUTPUT)
                .map(Map.Entry::getKey)
                .toList();
    }

    /// The importance of a matrix's columns; empty if there is no entry for it.
    ///
    /// @param tensor under its GGUF name
    /// @throws PlanException if the entry is of another width, so that the matrix is another
    ///   model's; for the embedding llama.cpp ignores the entry, and so is it here
    public Optional<Importance> of(TensorInfo tensor) {
        float[] columns = entries.get(tensor.name());
        if (columns == null) {
            return Optional.empty();
        }
        if (columns.length == tensor.columns()) {
            return Optional.of(new Importance(columns));
        }
        if (Role.of(tensor.name()) == Role.EMBEDDING) {
            return Optional.empty();
        }
        throw new PlanException(
                Problem.of(
                                ErrorKind.MISMATCH,
                                file,
                                "entry %s has %d columns, expected %d as in the model"
                                        .formatted(
                                                Printable.name(tensor.name()),
                                                columns.length,
                                                tensor.columns()))
                        .withHint("the importance matrix was made for another model"));
    }
}
