package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.cli.Terminal;
import dev.weightsmith.format.gguf.GgufFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What users can do with a model that is quantized already.
@Tag("slow")
class QuantizedModelTest {
    private static final Path BASE = Shell.ROOT.resolve("samples/base");
    private static final Path LORA = Shell.ROOT.resolve("samples/chinese-llama-plus");

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
    void convertedWithoutATypeItIsCopied() throws IOException {
        Path eight = eight();
        Path copy = folder.resolve("copy.gguf");
        assertThat(run("convert", "--model", eight, "--out", copy)).isZero();
        assertThat(Files.mismatch(eight, copy)).isEqualTo(-1);
    }

    @Test
    void copyWithAnotherTemplateKeepsItsTypes() throws IOException {
        Path eight = eight();
        Path copy = folder.resolve("copy.gguf");
        assertThat(run("convert", "--model", eight, "--out", copy, "--chat-template=alpaca"))
                .isZero();
        try (GgufFile before = GgufFile.open(eight);
                GgufFile after = GgufFile.open(copy)) {
            assertThat(after.tensors()).isEqualTo(before.tensors());
            assertThat(after.metadata()).containsKey("tokenizer.chat_template");
        }
    }

    private int merge(Path base, Path out, Object... options) {
        var arguments =
                Stream.concat(
                        Stream.of("merge", "--base", base, "--lora", LORA, "--out", out),
                        Stream.of(options));
        return run(arguments.toArray());
    }

    @Test
    void adaptersAreFoldedIntoItWhereAFloatingTypeIsAskedFor() throws IOException {
        Path eight = eight();
        Path once = folder.resolve("merged.gguf");
        assertThat(merge(eight, once, "--type=F16")).isZero();
        assertThat(err.toString()).contains("warning: q8.gguf: is quantized (Q8_0)");
        Path sixteen = folder.resolve("f16.gguf");
        run("convert", "--model", eight, "--type=F16", "--out", sixteen);
        Path twice = folder.resolve("twice/merged.gguf");
        Files.createDirectory(twice.getParent());
        assertThat(merge(sixteen, twice)).isZero();
        assertThat(Files.mismatch(once, twice)).isEqualTo(-1);
    }

    @Test
    void expandedItNeedsATypeToo() {
        Path eight = eight();
        Path out = folder.resolve("expanded.gguf");
        String[] expand = {
            "tokenizer", "expand", "--model=" + eight, "--tokenizer=" + LORA, "--out=" + out
        };
        assertThat(run((Object[]) expand)).isEqualTo(6);
        assertThat(err.toString()).contains("is quantized (Q8_0)", "choose a type");
        assertThat(out).doesNotExist();
        assertThat(run(Stream.concat(Stream.of(expand), Stream.of("--type=F16")).toArray()))
                .isZero();
    }

    @Test
    void otherwiseAFloatingTypeIsAskedFor() {
        Path eight = eight();
        assertThat(merge(eight, folder.resolve("merged.gguf"))).isEqualTo(6);
        assertThat(merge(eight, folder.resolve("merged.gguf"), "--type=Q8_0")).isEqualTo(6);
        assertThat(err.toString())
                .contains("which the model holds as Q8_0")
                .contains("give --type F16");
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
