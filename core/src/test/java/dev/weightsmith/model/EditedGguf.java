package dev.weightsmith.model;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufSplit;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A sound GGUF file's metadata and tensors, to be spoiled by a test.
record EditedGguf(SequencedMap<String, GgufValue> metadata, SequencedMap<String, Recipe> tensors) {
    /// How a test spoils them.
    interface Edit {
        void of(EditedGguf file);
    }

    /// Writes `out`, the file `source` with the edit made.
    static Path write(Path source, Path out, Edit edit) throws IOException {
        try (GgufFile file = GgufFile.open(source)) {
            var edited = new EditedGguf(new LinkedHashMap<>(file.metadata()), tensors(file));
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
                    Sources.of("model", file),
                    new EngineOptions(1, 100_000_000, true));
        }
        return out;
    }

    private static SequencedMap<String, Recipe> tensors(GgufFile file) throws IOException {
        return new LinkedHashMap<>(Tensors.of("model", file).recipes());
    }

    /// Puts a value below `tokenizer.ggml.`.
    void tokenizer(String key, GgufValue value) {
        metadata.put("tokenizer.ggml." + key, value);
    }

    List<String> tokens() {
        return value("tokens") instanceof GgufValue.Texts(List<String> tokens) ? tokens : List.of();
    }

    float[] scores() {
        return value("scores") instanceof GgufValue.F32s(float[] scores)
                ? scores.clone()
                : new float[0];
    }

    int[] types() {
        return value("token_type") instanceof GgufValue.I32s(int[] types)
                ? types.clone()
                : new int[0];
    }

    private GgufValue value(String key) {
        return metadata.getOrDefault("tokenizer.ggml." + key, new GgufValue.Bool(false));
    }

    Recipe tensor(String name) {
        return java.util.Optional.ofNullable(tensors.get(name)).orElseThrow();
    }
}
