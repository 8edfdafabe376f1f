package dev.weightsmith.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.checkpoint.ContiguousLayout;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.MemoryCheckpoint;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
    private static final EngineOptions OPTIONS = new EngineOptions(2, 1L << 30, false);

    @TempDir private Path folder;

    private final MemoryCheckpoint source = new MemoryCheckpoint();

    private Recipe floats(String name, Shape shape, float... values) {
        return source.load(source.add(name, shape, values));
    }

    private static float[] ramp(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = i;
        }
        return values;
    }

    private static float[] noise(int length, long seed) {
        var random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    private Plan plan(String name, Recipe... recipes) {
        List<PlannedTensor> tensors =
                Stream.of(recipes).map(recipe -> new PlannedTensor("t", recipe)).toList();
        var layout =
                new ContiguousLayout(
                        new byte[0], tensors.stream().map(PlannedTensor::info).toList(), 1);
        return new Plan(false, List.of(new Plan.TensorFile(name, 0, layout, tensors)), List.of());
    }

    /// Writes to the file or folder `name`.
    private Report run(String name, Plan plan, EngineOptions options) throws IOException {
        return Runs.run(plan, folder.resolve(name), source.sources(), options);
    }

    private long memory(Plan plan, EngineOptions options) throws IOException {
        return new Engine(plan, folder.resolve("kept"), source.sources(), options).memory();
    }

    private byte[] bytes(Recipe recipe) throws IOException {
        Path out = Files.createTempDirectory(folder, "run").resolve("out");
        Runs.run(plan("out", recipe), out, source.sources(), OPTIONS);
        return Files.readAllBytes(out);
    }

    private float[] values(Recipe recipe) throws IOException {
        var buffer = ByteBuffer.wrap(bytes(recipe)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    @Test
    void storedRowsAreCopied() throws IOException {
        assertThat(values(floats("a", Shape.of(2, 3), ramp(6)))).containsExactly(ramp(6));
    }

    @Test
    void rowRangeTakesRows() throws IOException {
        Recipe input = floats("a", Shape.of(4, 2), ramp(8));
        assertThat(values(new Recipe.RowRange(input, 1, 2))).containsExactly(2, 3, 4, 5);
    }

    @Test
    void columnRangeTakesColumns() throws IOException {
        Recipe input = floats("a", Shape.of(2, 4), ramp(8));
        assertThat(values(new Recipe.ColumnRange(input, 1, 2))).containsExactly(1, 2, 5, 6);
    }

    @Test
    void stackedRowsFollowEachOther() throws IOException {
        Recipe a = floats("a", Shape.of(1, 2), 1, 2);
        Recipe b = floats("b", Shape.of(2, 2), 3, 4, 5, 6);
        assertThat(values(new Recipe.StackRows(List.of(a, b)))).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void stackedColumnsStandSideBySide() throws IOException {
        Recipe a = floats("a", Shape.of(2, 1), 1, 2);
        Recipe b = floats("b", Shape.of(2, 2), 3, 4, 5, 6);
        assertThat(values(new Recipe.StackColumns(List.of(a, b))))
                .containsExactly(1, 3, 4, 2, 5, 6);
    }

    @Test
    void meanOfRowsTakesTheRowsGiven() throws IOException {
        Recipe input = floats("a", Shape.of(3, 2), 1, 2, 3, 4, 8, 9);
        assertThat(values(new Recipe.MeanOfRows(input, List.of(List.of(0, 1), List.of(2)))))
                .containsExactly(2, 3, 8, 9);
    }

    @Test
    void meanIsSummedInFloat64() throws IOException {
        Recipe input = floats("a", Shape.of(3, 1), 0x1p24f, 1, 1);
        assertThat(values(new Recipe.MeanOfRows(input, List.of(List.of(0, 1, 2)))))
                .containsExactly((float) ((0x1p24 + 2) / 3));
    }

    @Test
    void meanOfRowsOfHalvesIsRoundedOnce() throws IOException {
        Recipe input = floats("a", Shape.of(2, 1), 1, 0x1.004p0f).as(DType.F16);
        Recipe mean = new Recipe.MeanOfRows(input, List.of(List.of(0, 1))).as(DType.F16);
        // Halfway between two halves: to the even one.
        assertThat(values(mean.as(DType.F32))).containsExactly(1);
    }

    @Test
    void meanOfNoRowsIsRefused() {
        Recipe input = floats("a", Shape.of(1, 1), 1);
        assertThatThrownBy(() -> new Recipe.MeanOfRows(input, List.of(List.of())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void meanOfARowThatIsNotThereIsRefused() {
        Recipe input = floats("a", Shape.of(1, 1), 1);
        assertThatThrownBy(() -> new Recipe.MeanOfRows(input, List.of(List.of(1))))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void repeatedRowComesAgain() throws IOException {
        Recipe row = floats("a", Shape.of(1, 2), 5, 6);
        assertThat(values(new Recipe.RepeatRow(row, 3))).containsExactly(5, 6, 5, 6, 5, 6);
    }

    @Test
    void noiseDoesNotDependOnTheRange() throws IOException {
        var noise = new Recipe.Noise(Shape.of(5, 3), 7, 1);
        float[] all = values(noise);
        assertThat(values(new Recipe.RowRange(noise, 2, 2)))
                .containsExactly(java.util.Arrays.copyOfRange(all, 6, 12));
    }

    @Test
    void noiseIsNormallyDistributed() throws IOException {
        float[] values = values(new Recipe.Noise(Shape.of(1000, 20), 1, 0.5f));
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        assertThat(sum / values.length).isBetween(-0.02, 0.02);
        assertThat(Math.sqrt(squares / values.length)).isBetween(0.48, 0.52);
    }

    @Test
    void transposedMatrixHasItsColumnsAsRows() throws IOException {
        Recipe input = floats("a", Shape.of(2, 3), ramp(6));
        assertThat(values(new Recipe.Transpose(input))).containsExactly(0, 3, 1, 4, 2, 5);
    }

    @Test
    void interleavedHeadsBecomeHalves() throws IOException {
        // Two heads of four rows: pairs (0,1) (2,3) part into first and second halves.
        Recipe input = floats("a", Shape.of(8, 1), ramp(8));
        assertThat(values(new Recipe.RotaryRows(input, 2, RotaryLayout.HALVES)))
                .containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
    }

    @Test
    void halvesBecomeInterleavedHeads() throws IOException {
        Recipe input = floats("a", Shape.of(6, 1), ramp(6));
        assertThat(values(new Recipe.RotaryRows(input, 1, RotaryLayout.INTERLEAVED)))
                .containsExactly(0, 3, 1, 4, 2, 5);
    }

    @Test
    void rotaryThereAndBackIsNothing() {
        Recipe input = floats("a", Shape.of(8, 1), ramp(8));
        assertThat(input.rotary(2, RotaryLayout.HALVES).rotary(2, RotaryLayout.INTERLEAVED))
                .isSameAs(input);
    }

    @Test
    void loraIsAddedAndRoundedOnce() throws IOException {
        Recipe weights = floats("w", Shape.of(2, 3), ramp(6));
        Recipe a = floats("a", Shape.of(1, 3), 1, 2, 3);
        Recipe b = floats("b", Shape.of(2, 1), 10, 20);
        assertThat(values(new Recipe.AddLora(weights, a, b, 0.5f)))
                .containsExactly(5, 11, 17, 13, 24, 35);
    }

    @Test
    void castToHalfRoundsToNearestEven() throws IOException {
        Recipe input = floats("a", Shape.of(1, 2), 1 + 0x1p-11f, 1 + 0x3p-11f);
        var halves =
                ByteBuffer.wrap(bytes(input.as(DType.F16)))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asShortBuffer();
        assertThat(Float.float16ToFloat(halves.get(0))).isEqualTo(1f);
        assertThat(Float.float16ToFloat(halves.get(1))).isEqualTo(1 + 0x2p-10f);
    }

    @Test
    void chunksAndThreadsDoNotChangeBytes() throws IOException {
        Recipe weights = floats("w", Shape.of(640, 257), noise(640 * 257, 1));
        Recipe lora =
                new Recipe.AddLora(
                        weights.as(DType.F16),
                        floats("a", Shape.of(3, 257), noise(3 * 257, 2)),
                        floats("b", Shape.of(640, 3), noise(640 * 3, 3)),
                        2);
        Recipe recipe = new Recipe.RotaryRows(lora, 5, RotaryLayout.HALVES);
        Plan plan = plan("first", recipe);
        run("first", plan, new EngineOptions(1, 1L << 30, false));
        byte[] expected = Files.readAllBytes(folder.resolve("first"));
        for (int threads : new int[] {1, 2, 5}) {
            for (long memory : new long[] {3L << 20, 1L << 30}) {
                run("first", plan("first", recipe), new EngineOptions(threads, memory, true));
                assertThat(Files.readAllBytes(folder.resolve("first")))
                        .as("%d threads, %d bytes", threads, memory)
                        .isEqualTo(expected);
            }
        }
    }

    private static Plan.TensorFile file(String name, int lane, PlannedTensor... tensors) {
        var layout =
                new ContiguousLayout(
                        new byte[0], Stream.of(tensors).map(PlannedTensor::info).toList(), 1);
        return new Plan.TensorFile(name, lane, layout, List.of(tensors));
    }

    @Test
    void lanesAreWrittenFromOneReading() throws IOException {
        Recipe input = floats("a", Shape.of(4, 2), ramp(8));
        Path out = folder.resolve("both");
        var plan =
                new Plan(
                        true,
                        List.of(
                                file("half", 0, new PlannedTensor("t", input.as(DType.F16))),
                                file("brain", 1, new PlannedTensor("t", input.as(DType.BF16)))),
                        List.of(new Plan.TextFile("note.json", new byte[] {'{', '}'})));
        Report report = run("both", plan, OPTIONS);
        assertThat(Files.size(out.resolve("half"))).isEqualTo(16);
        assertThat(Files.size(out.resolve("brain"))).isEqualTo(16);
        assertThat(report.files())
                .extracting(Report.Written::name)
                .containsExactly("half", "brain", "note.json");
        assertThat(source.rowsRead()).isEqualTo(4);
    }

    /// A Hugging Face folder in shards beside a GGUF file.
    @Test
    void lanesNeedNotBeginFilesAtTheSamePlaces() throws IOException {
        Recipe weights = floats("w", Shape.of(6, 32), noise(6 * 32, 1)).as(DType.F16);
        Recipe lora =
                new Recipe.AddLora(
                        weights,
                        floats("a", Shape.of(2, 32), noise(2 * 32, 2)),
                        floats("b", Shape.of(6, 2), noise(6 * 2, 3)),
                        2);
        Recipe other = floats("o", Shape.of(3, 32), noise(3 * 32, 4));
        var folded = new PlannedTensor("t", lora);
        var copied = new PlannedTensor("u", other);
        var foldedPacked = new PlannedTensor("t", lora.as(DType.Q8_0));
        var copiedPacked = new PlannedTensor("u", other.as(DType.Q8_0));
        Path alone = folder.resolve("alone");
        run(
                "alone",
                new Plan(
                        true,
                        List.of(file("one", 0, folded), file("empty", 0), file("two", 0, copied)),
                        List.of()),
                OPTIONS);
        long readAlone = source.rowsRead();
        Path both = folder.resolve("both");
        run(
                "both",
                new Plan(
                        true,
                        List.of(
                                file("one", 0, folded),
                                file("empty", 0),
                                file("two", 0, copied),
                                file("packed", 1, foldedPacked, copiedPacked)),
                        List.of()),
                OPTIONS);
        for (String name : List.of("one", "empty", "two")) {
            assertThat(both.resolve(name)).hasSameBinaryContentAs(alone.resolve(name));
        }
        assertThat(Files.size(both.resolve("packed"))).isEqualTo(9 * 34);
        // Besides, what is only copied is read once more to be packed.
        assertThat(source.rowsRead() - readAlone).isEqualTo(readAlone + 3);
    }

    @Test
    void digestsStandBesideAFile() throws IOException {
        Report report = run("one", plan("one", floats("a", Shape.of(1, 1), 1)), OPTIONS);
        assertThat(folder.resolve("one.sha256"))
                .hasContent(report.files().getFirst().sha256() + "  one\n");
        assertThat(folder).isDirectoryNotContaining(p -> p.toString().contains("ws-tmp"));
    }

    @Test
    void nanIsNamedWithItsPlaceAndNothingIsPublished() {
        Recipe input = floats("a", Shape.of(2, 2), 0, 1, Float.NaN, 2);
        assertThatThrownBy(() -> run("nan", plan("nan", input), OPTIONS))
                .isInstanceOfSatisfying(
                        FileException.class,
                        e -> {
                            assertThat(e.problem().kind()).isEqualTo(ErrorKind.CHECK_FAILED);
                            assertThat(e).hasMessageContaining("tensor 't': row 1, column 0");
                        });
        assertThat(folder).isEmptyDirectory();
    }

    /// As llama.cpp does: such a block could not be decoded.
    @Test
    void blockWhoseScaleOverflowsIsRefused() {
        float[] values = new float[64];
        values[40] = 3e38f;
        Recipe input = floats("a", Shape.of(1, 64), values);
        assertThatThrownBy(() -> run("huge", plan("huge", input.as(DType.Q8_0)), OPTIONS))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("row 0, column 32 becomes NaN or infinite as Q8_0");
    }

    @Test
    void existingOutputIsAnError() throws IOException {
        Files.writeString(folder.resolve("kept"), "old");
        Recipe input = floats("a", Shape.of(1, 1), 1);
        assertThatThrownBy(() -> run("kept", plan("kept", input), OPTIONS))
                .isInstanceOfSatisfying(
                        FileException.class,
                        e -> assertThat(e.problem().kind()).isEqualTo(ErrorKind.OUTPUT_CONFLICT));
        assertThat(folder.resolve("kept")).hasContent("old");
    }

    @Test
    void failedReplacementKeepsTheOldOutput() throws IOException {
        Files.writeString(folder.resolve("kept"), "old");
        Recipe input = floats("a", Shape.of(1, 1), Float.NaN);
        assertThatThrownBy(() ->
                        run("kept", plan("kept", input), new EngineOptions(1, 1L << 30, true)))
                .isInstanceOf(FileException.class);
        assertThat(folder.resolve("kept")).hasContent("old");
    }

    @Test
    void whatTheProcessTakesIsNotThereForRows() throws IOException {
        Plan plan = plan("kept", floats("a", Shape.of(1, 1), 1));
        long rows = memory(plan, new EngineOptions(1, 1L << 30, false));
        assertThat(memory(plan, new EngineOptions(1, 1L << 30, 1 << 20, false, List.of())))
                .isEqualTo(rows + (1 << 20));
        run("kept", plan, new EngineOptions(1, rows + (1 << 20), 1 << 20, false, List.of()));
        assertThatThrownBy(() ->
                        memory(
                                plan,
                                new EngineOptions(
                                        1, rows + (1 << 20) - 1, 1 << 20, false, List.of())))
                .hasMessageContaining("needs 1.05 MB of memory (1.05 MB for the program, ")
                .isInstanceOfSatisfying(
                        FileException.class,
                        e ->
                                assertThat(e.problem().hint())
                                        .hasValueSatisfying(hint ->
                                                assertThat(hint)
                                                        .contains(
                                                                "smallest that works is --max-memory 10MB")));
    }

    @Test
    void tooLittleMemoryIsSaidBeforeStarting() {
        Recipe input = floats("a", Shape.of(1, 1 << 20), ramp(1 << 20));
        assertThatThrownBy(() ->
                        run(
                                "big",
                                plan("big", input.as(DType.F16)),
                                new EngineOptions(1, 1 << 20, false)))
                .isInstanceOfSatisfying(
                        FileException.class,
                        e -> assertThat(e.problem().kind()).isEqualTo(ErrorKind.LIMIT));
    }
}
