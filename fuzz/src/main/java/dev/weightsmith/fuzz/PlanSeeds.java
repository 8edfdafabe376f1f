package dev.weightsmith.fuzz;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.format.safetensors.SafetensorsLayout;
import dev.weightsmith.format.torch.TorchZipLayout;
import dev.weightsmith.io.Sums;
import dev.weightsmith.json.JsonText;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.plan.Importance;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlanFile;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Plans in files, of every kind of recipe.
final class PlanSeeds {
    private PlanSeeds() {}

    static List<byte[]> all() {
        return List.of(new PlanFile(plan(), List.of()).bytes());
    }

    private static Plan plan() {
        var checkpoint = new MemoryCheckpoint("m");
        Recipe w = checkpoint.load(checkpoint.addHalves("w", Shape.of(4, 32), new float[128]));
        Recipe a = checkpoint.load(checkpoint.add("a", Shape.of(2, 32), new float[64]));
        Recipe b = checkpoint.load(checkpoint.add("b", Shape.of(4, 2), new float[8]));
        Recipe folded = new Recipe.AddLora(w, a, b, 0.5f).rotary(2, RotaryLayout.INTERLEAVED);
        Recipe stacked =
                new Recipe.StackRows(
                        List.of(
                                new Recipe.RowRange(a, 1, 1),
                                new Recipe.Transpose(new Recipe.Transpose(a)),
                                new Recipe.MeanOfRows(a, List.of(List.of(0, 1), List.of(1))),
                                new Recipe.RepeatRow(new Recipe.RowRange(a, 0, 1), 3),
                                new Recipe.Noise(Shape.of(2, 32), -7, 0.02f),
                                new Recipe.Constant(
                                        Shape.of(1, 32), Collections.nCopies(32, -0f))));
        Recipe joined =
                new Recipe.StackColumns(
                        List.of(new Recipe.ColumnRange(a, 0, 8), new Recipe.ColumnRange(a, 8, 24)));
        Recipe quantized =
                new Recipe.Cast(folded, DType.Q8_0, Optional.of(new Importance(new float[32])));
        var plain =
                List.of(
                        new PlannedTensor("t", stacked.as(DType.BF16)),
                        new PlannedTensor("q", quantized.as(DType.F32)));
        var dict = List.of(new PlannedTensor("z", folded), new PlannedTensor("a", joined));
        return new Plan(
                true,
                List.of(
                        Plan.TensorFile.of(
                                "one.safetensors",
                                SafetensorsLayout.of(infos(plain), Map.of("format", "pt")),
                                plain),
                        Plan.TensorFile.of(
                                "two.bin", TorchZipLayout.of("two.bin", infos(dict)), dict)),
                List.of(new Plan.TextFile("config.json", new byte[] {'{', (byte) 0xff, '}'})));
    }

    private static List<TensorInfo> infos(List<PlannedTensor> tensors) {
        return tensors.stream().map(PlannedTensor::info).toList();
    }

    /// The file with the id that its plan has, so that the plan itself is read.
    static Path withItsId(byte[] input, Path folder) throws IOException {
        Path file = Files.write(folder.resolve("plan.json"), input);
        ObjectNode json = StrictJson.readObject(file);
        if (json.path("plan") instanceof ObjectNode plan) {
            json.set(
                    "id",
                    JsonNodeFactory.instance.textNode(Sums.digestOf(JsonText.canonical(plan))));
        }
        return Files.write(file, JsonText.canonical(json));
    }
}
