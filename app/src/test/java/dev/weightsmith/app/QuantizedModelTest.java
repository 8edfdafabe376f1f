package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.cli.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What users can do with a model that is quantized already.
@Tag("slow")
class QuantizedModelTest {
    private static final Path BASE = Shell.ROOT.resolve("samples/base");

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object... arguments) {
        return new Weightsmith(
                        new Terminal(false, false, 80, false),
                        new PrintWriter(out),
                        new PrintWriter(err))
                .run(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    private Path eight() {
        Path eight = folder.resolve("q8.gguf");
        assertThat(run("convert", "--model", BASE, "--type=Q8_0", "--out", eight)).isZero();
        return eight;
    }

    @Test
    void convertQuantizesItAgainOnlyWhereTheUserAllowsIt() {
        Path four = folder.resolve("q4.gguf");
        assertThat(run("convert", "--model", eight(), "--type=Q4_0", "--out", four)).isEqualTo(6);
        assertThat(err.toString()).contains("is Q8_0 already").contains("--allow-requantize");
    }

    @Test
    void withLeaveConvertQuantizesItAgain() {
        Path four = folder.resolve("q4.gguf");
        assertThat(
                        run(
                                "convert",
                                "--model",
                                eight(),
                                "--type=Q4_0",
                                "--out",
                                four,
                                "--allow-requantize"))
                .isZero();
    }

    @Test
    void itBecomesFloatsWithoutLeave() {
        Path sixteen = folder.resolve("f16.gguf");
        assertThat(run("quantize", eight(), "--type=F16", "--out", sixteen)).isZero();
    }

    @Test
    void aFileInPartsIsCalledSo() {
        Path parts = folder.resolve("parts");
        run("convert", "--model", BASE, "--out", parts, "--format=gguf", "--split-max-tensors=20");
        Path first = parts.resolve("parts-F16-00001-of-00002.gguf");
        run("inspect", first);
        assertThat(out.toString()).contains(first + ": GGUF v3 file, 2 parts\n");
    }

    @Test
    void anExpressionThatIsFoundNowhereIsTold() {
        Path eight = folder.resolve("x.gguf");
        run("quantize", BASE, "--type=Q8_0", "--out", eight, "--tensor-type=ffn_dwn=Q6_K");
        assertThat(err.toString()).contains("'ffn_dwn=Q6_K' is found in no tensor's name");
    }
}
