package dev.weightsmith.tokenizer.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.format.Formats;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.tokenizer.PieceEncoder;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The tiny model has 512 tokens; four are added.
@Tag("slow")
class ExpandCommandTest {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String OUTPUT = "lm_head.weight";
    private static final List<String> NEW = List.of("▁uponthe", "girlfriend", "你好", "onceonce");
    private static final int COLUMNS = 64;

    @TempDir private Path folder;
    private final Commands commands = new Commands();

    private static Path tiny(String name) {
        return SharedData.path("tiny/" + name);
    }

    private Path grown() throws IOException {
        Path list = folder.resolve("new.txt");
        Files.writeString(list, String.join("\n", NEW));
        Path out = folder.resolve("grown");
        if (Files.exists(out)) {
            return out;
        }
        int exit =
                new Commands().run("merge", "--base", tiny("base-hf"), "--add", list, "--out", out);
        assertThat(exit).isZero();
        return out;
    }

    private Path expand(String model, String... options) throws IOException {
        Path out = folder.resolve("expanded-" + model);
        Object[] arguments = new Object[7 + options.length];
        System.arraycopy(
                new Object[] {
                    "expand", "--model", tiny(model), "--tokenizer", grown(), "--out", out
                },
                0,
                arguments,
                0,
                7);
        System.arraycopy(options, 0, arguments, 7, options.length);
        assertThat(commands.run(arguments)).as(commands.err()).isZero();
        return out;
    }

    /// A matrix as float32, row after row.
    private static float[] matrix(Path path, String name) throws IOException {
        try (Checkpoint checkpoint = Formats.open(path);
                var arena = Arena.ofConfined()) {
            TensorInfo tensor = checkpoint.find(name).orElseThrow();
            MemorySegment bytes = arena.allocate(tensor.bytes(), 8);
            checkpoint.readRows(tensor, 0, tensor.shape().rows(), bytes);
            float[] values = new float[Math.toIntExact(tensor.shape().elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] =
                        switch (tensor.dtype()) {
                            case F32 -> bytes.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                            case F16 ->
                                    Float.float16ToFloat(
                                            bytes.getAtIndex(ValueLayout.JAVA_SHORT, i));
                            default -> throw new AssertionError(tensor.dtype());
                        };
            }
            return values;
        }
    }

    private static boolean isHalf(Path path) throws IOException {
        try (Checkpoint checkpoint = Formats.open(path)) {
            return checkpoint.find(EMBEDDING).orElseThrow().dtype().toString().equals("F16");
        }
    }

    private static float[] row(float[] matrix, int row) {
        return Arrays.copyOfRange(matrix, row * COLUMNS, (row + 1) * COLUMNS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"base-hf", "base-hf-bin", "base-meta", "base-meta-2shard"})
    void newRowsAreTheMeansOfTheirPieces(String model) throws IOException {
        Path out = expand(model);
        var encoder = PieceEncoder.of(TokenizerFiles.read(tiny("base-hf")).orElseThrow().model());
        for (String name : List.of(EMBEDDING, OUTPUT)) {
            float[] before = matrix(tiny("base-hf"), name);
            float[] after = matrix(out, name);
            assertThat(after).hasSize(516 * COLUMNS);
            assertThat(Arrays.copyOf(after, before.length)).isEqualTo(before);
            for (int i = 0; i < NEW.size(); i++) {
                List<Integer> pieces = encoder.encode(NEW.get(i));
                float[] expected = new float[COLUMNS];
                for (int column = 0; column < COLUMNS; column++) {
                    double sum = 0;
                    for (int piece : pieces) {
                        sum += before[piece * COLUMNS + column];
                    }
                    float mean = (float) (sum / pieces.size());
                    expected[column] =
                            isHalf(tiny("base-hf"))
                                    ? Float.float16ToFloat(Float.floatToFloat16(mean))
                                    : mean;
                }
                assertThat(row(after, 512 + i)).as(name + " " + NEW.get(i)).isEqualTo(expected);
            }
        }
    }

    @Test
    void everythingElseStays() throws IOException {
        Path out = expand("base-hf");
        String name = "model.layers.3.mlp.down_proj.weight";
        assertThat(matrix(out, name)).isEqualTo(matrix(tiny("base-hf"), name));
    }

    @Test
    void configurationAndTokenizerFollow() throws IOException {
        Path out = expand("base-meta");
        assertThat(
                        new ObjectMapper()
                                .readTree(out.resolve("config.json").toFile())
                                .path("vocab_size")
                                .asInt())
                .isEqualTo(516);
        assertThat(TokenizerFiles.read(out).orElseThrow().vocabularySize()).isEqualTo(516);
    }

    @Test
    void meanIsTheMeanOfAllRows() throws IOException {
        float[] before = matrix(tiny("base-hf"), EMBEDDING);
        float[] after = matrix(expand("base-hf", "--init=mean", "--type=F32"), EMBEDDING);
        double sum = 0;
        for (int row = 0; row < 512; row++) {
            sum += before[row * COLUMNS];
        }
        float mean = (float) (sum / 512);
        float expected =
                isHalf(tiny("base-hf")) ? Float.float16ToFloat(Float.floatToFloat16(mean)) : mean;
        assertThat(after[512 * COLUMNS]).isEqualTo(expected);
        assertThat(row(after, 515)).isEqualTo(row(after, 512));
    }

    @Test
    void zerosAreZeros() throws IOException {
        float[] after = matrix(expand("base-hf-bin", "--init=zeros"), OUTPUT);
        assertThat(row(after, 513)).isEqualTo(new float[COLUMNS]);
    }

    @Test
    void normalFollowsItsSeed() throws IOException {
        float[] one = matrix(expand("base-hf", "--init=normal:1"), EMBEDDING);
        float[] again = matrix(expand("base-hf-bin", "--init=normal:1"), EMBEDDING);
        float[] other = matrix(expand("base-meta", "--init=normal:2"), EMBEDDING);
        assertThat(row(one, 512)).isEqualTo(row(again, 512)).isNotEqualTo(row(other, 512));
        assertThat(row(one, 512)).isNotEqualTo(row(one, 513));
    }

    @ParameterizedTest
    @CsvSource({"mean-of-pieces", "mean", "zeros", "normal:3"})
    void rowsReachTheMultiple(String init) throws IOException {
        Path out = expand("base-hf", "--init=" + init, "--pad-to-multiple-of=64");
        assertThat(matrix(out, EMBEDDING)).hasSize(576 * COLUMNS);
    }

    @Test
    void ggufHasTheGrownVocabulary() throws IOException {
        Path out = folder.resolve("expanded.gguf");
        int exit =
                commands.run(
                        "expand",
                        "--model",
                        tiny("gguf/tiny-base-f16.gguf"),
                        "--tokenizer",
                        grown(),
                        "--out",
                        out);
        assertThat(exit).as(commands.err()).isZero();
        assertThat(matrix(out, "token_embd.weight")).hasSize(516 * COLUMNS);
        assertThat(TokenizerModel.read(out).model().id("你好")).hasValue(514);
    }

    @Test
    void dryRunWritesNothing() throws IOException {
        Path out = expand("base-hf", "--dry-run");
        assertThat(out).doesNotExist();
        assertThat(commands.out()).contains("[516, 64]");
    }

    @Test
    void vocabularyThatDoesNotBeginWithTheModelsIsRefused() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.copy(SharedData.path("tokenizers/llama.model"), other.resolve("tokenizer.model"));
        int exit =
                commands.run(
                        "expand",
                        "--model=" + tiny("base-hf"),
                        "--tokenizer=" + other,
                        "--out=" + folder.resolve("x"));
        assertThat(exit).isEqualTo(3);
        assertThat(commands.err()).contains("other: token ", ", expected '");
    }

    @Test
    void smallerVocabularyIsRefused() {
        int exit =
                commands.run(
                        "expand",
                        "--model=" + tiny("expected-alpaca-plus-hf-bin"),
                        "--tokenizer=" + tiny("base-hf"),
                        "--out=" + folder.resolve("x"));
        assertThat(exit).isEqualTo(3);
        assertThat(commands.err())
                .contains(
                        "token 512 is missing, expected", "a vocabulary can only grow at its end");
    }

    @ParameterizedTest
    @CsvSource({"--init=ones", "--init=normal:", "--init=normal:-1", "--pad-to-multiple-of=0"})
    void oddOptionsAreMistakes(String option) {
        assertThat(
                        commands.run(
                                "expand",
                                "--model=x",
                                "--tokenizer=y",
                                "--out=" + folder.resolve("x"),
                                option))
                .isEqualTo(2);
    }
}
