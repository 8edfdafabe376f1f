package dev.weightsmith.testing;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufSplit;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// A sound GGUF file's metadata and tensors, to be spoiled by a test.
///
/// @param others what recipes read besides that file
public record EditedGguf(
        SequencedMap<String, GgufValue> metadata,
        SequencedMap<String, Recipe> tensors,
        List<Sources> others) {
    /// How a test spoils them.
    public interface Edit {
        void of(EditedGguf file);
    }

    /// Writes `out`, the file `source` with the edit made.
    public static Path write(Path source, Path out, Edit edit) throws IOException {
        try (GgufFile file = GgufFile.open(source)) {
            var edited =
                    new EditedGguf(
                            new LinkedHashMap<>(file.metadata()), tensors(file), new ArrayList<>());
            edit.of(edited);
            List<PlannedTensor> planned =
                    edited.tensors.entrySet().stream()
                            .map(tensor -> new PlannedTensor(tensor.getKey(), tensor.getValue()))
                            .toList();
            GgufSplit.Part part =
                    GgufSplit.plan(
                                    String.valueOf(out.getFileName()),
                                    edited.metadata,
                                    List.of(planned.stream().map(PlannedTensor::info).toList()))
                            .getFirst();
            Runs.run(
                    new Plan(
                            false,
                            List.of(Plan.TensorFile.of(part.name(), part.layout(), planned)),
                            List.of()),
                    out,
                    edited.others.stream().reduce(Sources.of("model", file), Sources::and),
                    new EngineOptions(1, 100_000_000, true));
        }
        return out;
    }

    private static SequencedMap<String, Recipe> tensors(GgufFile file) throws IOException {
        return new LinkedHashMap<>(Tensors.of("model", file).recipes());
    }

    /// Puts all tensors of another file in.
    public void putAll(MemoryCheckpoint other) {
        tensors.putAll(other.recipes());
        others.add(other.sources());
    }

    /// Puts a value below `tokenizer.ggml.`.
    public void tokenizer(String key, GgufValue value) {
        metadata.put("tokenizer.ggml." + key, value);
    }

    public List<String> tokens() {
        return value("tokens") instanceof GgufValue.Texts(List<String> tokens) ? tokens : List.of();
    }

    public float[] scores() {
        return value("scores") instanceof GgufValue.F32s(float[] scores)
                ? scores.clone()
                : new float[0];
    }

    public int[] types() {
        return value("token_type") instanceof GgufValue.I32s(int[] types)
                ? types.clone()
                : new int[0];
    }

    private GgufValue value(String key) {
        return metadata.getOrDefault("tokenizer.ggml." + key, new GgufValue.Bool(false));
    }

    public Recipe tensor(String name) {
        return Optional.ofNullable(tensors.get(name)).orElseThrow();
    }
}
