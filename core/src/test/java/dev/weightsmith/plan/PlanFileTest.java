package dev.weightsmith.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.checkpoint.ContiguousLayout;
import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.torch.TorchZipLayout;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanFileTest {
    @TempDir private Path folder;

    private final MemoryCheckpoint checkpoint = new MemoryCheckpoint("m");

    private static FileLayout contiguous(String header, PlannedTensor... tensors) {
        return new ContiguousLayout(
                header.getBytes(StandardCharsets.UTF_8),
                List.of(tensors).stream().map(PlannedTensor::info).toList(),
                32);
    }

    private static Plan.TensorFile file(String name, int lane, PlannedTensor... tensors) {
        return new Plan.TensorFile(name, lane, contiguous(name, tensors), List.of(tensors));
    }

    /// Every kind of recipe, layout and file.
    private Plan everything() {
        Recipe w = checkpoint.load(checkpoint.addHalves("w", Shape.of(4, 32), new float[128]));
        Recipe a = checkpoint.load(checkpoint.add("a", Shape.of(2, 32), new float[64]));
        Recipe b = checkpoint.load(checkpoint.add("b", Shape.of(4, 2), new float[8]));
        Recipe folded = new Recipe.AddLora(w, a, b, 1 / 3f);
        Recipe turned = new Recipe.Transpose(new Recipe.Transpose(a));
        Recipe stacked =
                new Recipe.StackRows(
                        List.of(
                                new Recipe.RowRange(a, 1, 1),
                                turned,
                                new Recipe.MeanOfRows(a, List.of(List.of(0, 1), List.of(1))),
                                new Recipe.RepeatRow(new Recipe.RowRange(a, 0, 1), 3),
                                new Recipe.Noise(Shape.of(2, 32), -7, 0.02f),
                                new Recipe.Constant(
                                        Shape.of(1, 32),
                                        java.util.Collections.nCopies(32, -0.0f))));
        Recipe joined =
                new Recipe.StackColumns(
                        List.of(new Recipe.ColumnRange(a, 0, 8), new Recipe.ColumnRange(a, 8, 24)));
        float[] columns = new float[32];
        columns[5] = 0.1f;
        Recipe quantized =
                new Recipe.Cast(
                        folded.rotary(2, RotaryLayout.INTERLEAVED),
                        DType.Q8_0,
                        Optional.of(new Importance(columns)));
        var dict = List.of(new PlannedTensor("z", folded), new PlannedTensor("a", joined));
        return new Plan(
                true,
                List.of(
                        file("one.x", 0, new PlannedTensor("t", quantized)),
                        file("two.x", 1, new PlannedTensor("u", stacked.as(DType.BF16))),
                        Plan.TensorFile.of(
                                "three.bin",
                                TorchZipLayout.of(
                                        "three.bin",
                                        dict.stream().map(PlannedTensor::info).toList()),
                                dict)),
                List.of(new Plan.TextFile("config.json", new byte[] {'{', (byte) 0xff, '}'})));
    }

    private Path write(Plan plan, UnaryOperator<String> edit) throws IOException {
        String json = new String(new PlanFile(plan, List.of()).bytes(), StandardCharsets.UTF_8);
        String edited = edit.apply(json);
        Path file = folder.resolve("plan.json");
        Files.writeString(file, edited);
        return file;
    }

    private Plan read(Path file) throws IOException {
        return PlanFile.read(file, Formats::layout).plan();
    }

    @Test
    void planReadBackIsEqual() throws IOException {
        Plan plan = everything();
        Plan again = read(write(plan, json -> json));
        assertThat(again).isEqualTo(plan).hasSameHashCodeAs(plan);
        assertThat(PlanFile.id(again)).isEqualTo(PlanFile.id(plan));
        assertThat(again.sources()).hasSize(1);
    }

    @Test
    void whatIsUsedTwiceIsWrittenOnce() throws IOException {
        Recipe w = checkpoint.load(checkpoint.add("w", Shape.of(4, 32), new float[128]));
        var plan =
                new Plan(
                        true,
                        List.of(
                                file("one", 0, new PlannedTensor("t", w.as(DType.F16))),
                                file("two", 1, new PlannedTensor("t", w.as(DType.F16)))),
                        List.of());
        assertThat(Files.readString(write(plan, json -> json)).split("\"kind\":\"load\"", -1))
                .hasSize(2);
    }

    @Test
    void anotherScaleIsAnotherPlan() {
        Recipe w = checkpoint.load(checkpoint.add("w", Shape.of(4, 32), new float[128]));
        Recipe a = checkpoint.load(checkpoint.add("a", Shape.of(2, 32), new float[64]));
        Recipe b = checkpoint.load(checkpoint.add("b", Shape.of(4, 2), new float[8]));
        assertThat(id(new Recipe.AddLora(w, a, b, 1)))
                .isEqualTo(id(new Recipe.AddLora(w, a, b, 1)))
                .isNotEqualTo(id(new Recipe.AddLora(w, a, b, Math.nextUp(1f))));
    }

    private static String id(Recipe recipe) {
        return PlanFile.id(
                new Plan(true, List.of(file("f", 0, new PlannedTensor("t", recipe))), List.of()));
    }

    /// The places where sources lay are no part of what a plan is.
    @Test
    void placesOfSourcesDoNotChangeTheId() throws IOException {
        Plan plan = everything();
        Path here = Files.createFile(folder.resolve("here"));
        var place =
                new PlanFile.Place(
                        plan.sources().getFirst(),
                        here,
                        Files.getLastModifiedTime(here).toString());
        Path file = folder.resolve("plan.json");
        Files.write(file, new PlanFile(plan, List.of(place)).bytes());
        PlanFile read = PlanFile.read(file, Formats::layout);
        assertThat(read.places()).containsExactly(place);
        assertThat(read.plan()).isEqualTo(plan);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "heads":2          | "heads":1                | CHECK_FAILED | was edited
                    "version":1        | "version":2              | UNSUPPORTED  | version 2, expected 1
                    weightsmith-plan   | other                    | MALFORMED    | is not a plan
                    "texts":           | "texts":[],"texts":      | MALFORMED    | is not valid JSON
                    """)
    void whatIsNotThePlanThatWasWrittenIsRefused(
            String found, String put, ErrorKind kind, String message) throws IOException {
        Path file = write(everything(), json -> json.replace(found, put));
        assertThatThrownBy(() -> read(file))
                .isInstanceOfSatisfying(
                        FileException.class, e -> assertThat(e.problem().kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    /// Whoever edits a plan can compute its new id; what it says must be sound all the same.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "name":"one.x"         | "name":"../x"              | writes a file named '../x'
                    "name":"one.x"         | "name":"a/b/c"             | writes a file named 'a/b/c'
                    "name":"one.x"         | "name":"/etc/x"            | writes a file named '/etc/x'
                    "name":"one.x"         | "name":".lock"             | writes a file named '.lock'
                    "name":"one.x"         | "name":"two.x"             | two files named two.x
                    "input":0              | "input":99                 | recipe 99 is not among those before
                    "input":0              | "input":-1                 | recipe -1 is not among those before
                    "type":"Q8_0"          | "type":"Q4_K"              | no whole blocks of Q4_K
                    "type":"Q8_0"          | "type":"Q9"                | is not a sound plan
                    "heads":2              | "heads":3                  | does not divide into 3 heads
                    "kind":"noise"         | "kind":"poise"             | a recipe of unknown kind
                    "alignment":32         | "alignment":33             | an alignment of 33
                    "shape":[2,32]         | "shape":[2,1099511627777]  | is not a sound plan
                    "size":0               | "size":-1                  | is not a sound plan
                    "lane":1               | "lane":4294967296          | is not a sound plan
                    "folder":true          | "folder":false             | one file, expected a folder
                    """)
    void planThatMakesNoSenseIsRefused(String found, String put, String message)
            throws IOException {
        Path file = write(everything(), json -> withNewId(json.replaceFirst(quoted(found), put)));
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(FileException.class)
                .hasMessageContaining(message);
    }

    private static String quoted(String text) {
        return java.util.regex.Pattern.quote(text);
    }

    private static String withNewId(String json) {
        String plan =
                json.substring(json.indexOf("\"plan\":") + 7, json.lastIndexOf(",\"version\""));
        return json.replaceFirst(
                "\"id\":\"[0-9a-f]{64}\"",
                "\"id\":\""
                        + dev.weightsmith.io.Sums.digestOf(plan.getBytes(StandardCharsets.UTF_8))
                        + "\"");
    }

    @Test
    void chainOfRecipesWithoutEndIsRefused() throws IOException {
        Recipe recipe = checkpoint.load(checkpoint.add("w", Shape.of(4, 32), new float[128]));
        for (int i = 0; i < 300; i++) {
            recipe = new Recipe.RowRange(recipe, 0, 4);
        }
        Recipe deep = recipe;
        assertThatThrownBy(() ->
                        read(
                                write(
                                        new Plan(
                                                true,
                                                List.of(file("f", 0, new PlannedTensor("t", deep))),
                                                List.of()),
                                        json -> json)))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("a recipe of more than 256 steps");
    }
}
