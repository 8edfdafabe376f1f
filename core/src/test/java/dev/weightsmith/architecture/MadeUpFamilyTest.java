package dev.weightsmith.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.format.safetensors.SafetensorsLayout;
import dev.weightsmith.model.Folded;
import dev.weightsmith.model.Model;
import dev.weightsmith.output.HuggingFaceOutput;
import dev.weightsmith.output.OutputOptions;
import dev.weightsmith.output.QuantizePlan;
import dev.weightsmith.output.QuantizeRequest;
import dev.weightsmith.output.QuantizeSource;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A table is all that a dense family needs.
class MadeUpFamilyTest {
    private static final String CONFIG =
            """
            {"model_type": "made-up", "hidden_size": 32, "intermediate_size": 64,
             "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
             "vocab_size": 40, "rms_norm_eps": 1e-05, "tie_word_embeddings": true}
            """;

    @TempDir private Path folder;
    private Path base;
    private Path adapter;

    @BeforeEach
    void writeModelAndAdapter() throws IOException {
        base = Files.createDirectory(folder.resolve("base"));
        Files.writeString(base.resolve("config.json"), CONFIG);
        var tensors = new ArrayList<PlannedTensor>();
        tensors.add(noise(Architecture.EMBEDDING, 40, 32));
        for (int layer = 0; layer < 2; layer++) {
            String in = "model.layers." + layer + ".";
            tensors.add(noise(in + "first_norm.weight", 32));
            for (String part : List.of("ask", "key", "value")) {
                int rows = part.equals("ask") ? 32 : 16;
                tensors.add(noise(in + "mixer." + part + ".weight", rows, 32));
                tensors.add(noise(in + "mixer." + part + ".bias", rows));
            }
            tensors.add(noise(in + "mixer.answer.weight", 32, 32));
            tensors.add(noise(in + "second_norm.weight", 32));
            tensors.add(noise(in + "wide.gate.weight", 64, 32));
            tensors.add(noise(in + "wide.up.weight", 64, 32));
            tensors.add(noise(in + "wide.down.weight", 32, 64));
        }
        tensors.add(noise("model.last_norm.weight", 32));
        write(base.resolve("model.safetensors"), tensors);
        adapter = Files.createDirectory(folder.resolve("adapter"));
        Files.writeString(
                adapter.resolve("adapter_config.json"),
                """
                {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["ask"]}
                """);
        String pair = "base_model.model.model.layers.1.mixer.ask.";
        write(
                adapter.resolve("adapter_model.safetensors"),
                List.of(
                        noise(pair + "lora_A.weight", 2, 32),
                        noise(pair + "lora_B.weight", 32, 2)));
    }

    private static PlannedTensor noise(String name, long... dimensions) {
        Shape shape = Shape.of(dimensions);
        long seed = name.hashCode();
        return new PlannedTensor(name, new Recipe.Noise(shape, seed, 0.02f));
    }

    private static void write(Path file, List<PlannedTensor> tensors) throws IOException {
        List<TensorInfo> infos = tensors.stream().map(PlannedTensor::info).toList();
        var layout = SafetensorsLayout.of(infos, Map.of("format", "pt"));
        String name = String.valueOf(file.getFileName());
        var plan = new Plan(false, List.of(Plan.TensorFile.of(name, layout, tensors)), List.of());
        Runs.run(plan, file, Sources.none());
    }

    @Test
    void adaptersAreFoldedAndFoldersWritten() throws IOException {
        Path out = folder.resolve("merged");
        try (Folded folded = Folded.open(base, List.of(adapter), false)) {
            Model model = folded.model();
            assertThat(model.tensors().get("model.layers.1.mixer.ask.weight"))
                    .isInstanceOf(Recipe.AddLora.class);
            Runs.run(HuggingFaceOutput.plan(model, OutputOptions.defaults()), out, model.sources());
        }
        try (Model before = Model.open(base);
                Model after = Model.open(out)) {
            assertThat(after.config().architecture()).hasToString("Made Up");
            assertThat(after.tensors().keySet())
                    .containsExactlyInAnyOrderElementsOf(before.tensors().keySet());
            assertThat(after.config().tiedEmbeddings()).isTrue();
        }
    }

    @Test
    void filesForLlamaCppHaveTheNamesOfTheRoles() throws IOException {
        Path out = folder.resolve("x.gguf");
        try (Model model = Model.open(base)) {
            var source = QuantizeSource.of(model, OutputOptions.defaults(), "x");
            Runs.run(
                    QuantizePlan.of(
                                    source,
                                    "x",
                                    out,
                                    List.of(FileType.F16),
                                    QuantizeRequest.plain())
                            .plan(),
                    out,
                    source.sources());
        }
        try (GgufFile file = GgufFile.open(out);
                Model again = Model.open(out)) {
            assertThat(file.metadata())
                    .containsEntry("general.architecture", new GgufValue.Text("made-up"))
                    .containsEntry("made-up.block_count", new GgufValue.U32(2));
            assertThat(file.find("blk.1.attn_q.bias").orElseThrow().dtype()).isEqualTo(DType.F32);
            assertThat(file.find("blk.1.ffn_down.weight").orElseThrow().shape())
                    .isEqualTo(Shape.of(32, 64));
            assertThat(again.config().architecture()).hasToString("Made Up");
            assertThat(again.tensors()).containsKey("model.layers.1.mixer.ask.bias");
        }
    }

    @Test
    void missingTensorIsNamed() throws IOException {
        Files.delete(base.resolve("model.safetensors"));
        write(base.resolve("model.safetensors"), List.of(noise(Architecture.EMBEDDING, 40, 32)));
        assertThatThrownBy(() -> Model.open(base))
                .hasMessageContaining("lacks tensor 'model.layers.0.first_norm.weight'");
    }
}
