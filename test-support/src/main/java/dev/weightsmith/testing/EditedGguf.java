package dev.weightsmith.testing;

import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufSplit;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// A sound GGUF file's metadata and tensors, to be spoiled by a test.
public record EditedGguf(
        SequencedMap<String, GgufValue> metadata, SequencedMap<String, Recipe> tensors) {
    /// How a test spoils them.
    public interface Edit {
        void of(EditedGguf file);
    }

    /// Writes `out`, the file `source` with the edit made.
    public static Path write(Path source, Path out, Edit edit) throws IOException {
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
            Engine.run(
                    new Plan(
                            out,
                            false,
                            List.of(Plan.TensorFile.of(part.name(), part.layout(), planned)),
                            List.of()),
                    new EngineOptions(1, 100_000_000, true),
                    Progress.NONE);
        }
        return out;
    }

    private static SequencedMap<String, Recipe> tensors(GgufFile file) {
        var tensors = new LinkedHashMap<String, Recipe>();
        file.tensors().forEach(t -> tensors.put(t.name(), new Recipe.Load(file, t)));
        return tensors;
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
