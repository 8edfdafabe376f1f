package dev.weightsmith.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.cli.CommandRunner;
import dev.weightsmith.cli.Terminal;
import dev.weightsmith.quantize.FileType;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Tag("slow")
class MergeCommandsTest {
    @Command(name = "weightsmith")
    private static final class Root {}

    @TempDir private Path folder;

    private final FakeCore core = new FakeCore();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        var commands =
                new CommandLine(new Root())
                        .addSubcommand(new MergeCommand(core))
                        .addSubcommand(new ConvertCommand(core))
                        .addSubcommand(new InspectCommand(core))
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .setCaseInsensitiveEnumValuesAllowed(true);
        return new CommandRunner(commands, new Terminal(false, false, 80, false)).run(arguments);
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void adaptersAreFoldedInTheOrderGiven() {
        run("merge", "--base", "b", "--lora", "one", "--lora", "two", "--out", "o");
        assertThat(core.planned.getFirst().adapters())
                .containsExactly(Path.of("one"), Path.of("two"));
    }

    @Test
    void aConversionIsAMergeWithoutAdapters() {
        run("convert", "--model", "b", "--out", "o");
        assertThat(core.planned.getFirst().adapters()).isEmpty();
    }

    @Test
    void aMergeWithoutAdapterIsAMistake() {
        assertThat(run("merge", "--base", "b", "--out", "o")).isEqualTo(2);
        assertThat(err.toString()).contains("missing required option: '--lora=PATH'");
    }

    @ParameterizedTest
    @CsvSource({"x.gguf, GGUF", "x.GGUF, GGUF", "x, HF", "x.gguf.d, HF"})
    void theFormatFollowsFromTheOutput(String output, Format format) {
        run("convert", "--model=b", "--out", output);
        assertThat(core.planned.getFirst().target().formats()).containsExactly(format);
    }

    @Test
    void theFormatCanBeSaid() {
        run("convert", "--model=b", "--out=x", "--format=gguf");
        assertThat(core.planned.getFirst().target().formats()).containsExactly(Format.GGUF);
    }

    @Test
    void aFolderAndFilesForLlamaCppGoTogether() {
        run("convert", "--model=b", "--out=x", "--format=gguf,hf", "--type=Q4_0,Q8_0");
        assertThat(core.planned.getFirst().target().formats())
                .containsExactly(Format.HF, Format.GGUF);
    }

    @Test
    void theRestOfTheTargetIsPassedOn() {
        run(
                "convert",
                "--model=b",
                "--out=x.gguf",
                "--type=bf16",
                "--chat-template=alpaca",
                "--model-name=A");
        Target target = core.planned.getFirst().target();
        assertThat(target.out()).isEqualTo(Path.of("x.gguf"));
        assertThat(target.types()).containsExactly(FileType.BF16);
        assertThat(target.chatTemplate()).contains("alpaca");
        assertThat(target.modelName()).contains("A");
    }

    @Test
    void everyFormHasAChatTemplate() {
        run("convert", "--model=b", "--out=x", "--format=hf", "--chat-template=none");
        run("convert", "--model=b", "--out=x", "--format=meta", "--chat-template=own.jinja");
        assertThat(core.planned.getFirst().target().chatTemplate()).contains("none");
        assertThat(core.planned.getFirst().target().inputs()).isEmpty();
        assertThat(core.planned.getLast().target().inputs()).containsExactly(Path.of("own.jinja"));
    }

    @Test
    void severalTypesArePassedOnInOrder() {
        run("convert", "--model=b", "--out=x", "--format=gguf", "--type=q4_k_m,Q8_0");
        assertThat(core.planned.getFirst().target().types())
                .containsExactly(FileType.Q4_K_M, FileType.Q8_0);
    }

    @Test
    void shardsOfMetaArePassedOn() {
        run("convert", "--model=b", "--out=x", "--format=meta", "--shards=2");
        assertThat(core.planned.getFirst().target().shards()).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource({
        "--out=x.gguf --format=hf, --format hf writes a folder",
        "--out=x.gguf --shard-size=1GB, --shard-size is for --format hf",
        "--out=x --model-name=A, --model-name is for --format gguf",
        "--out=x --split-max-tensors=5, --split-max-tensors is for --format gguf",
        "--out=x --shard-size=0, --shard-size is 0",
        "--out=, --out is empty",
        "--out=x --type=Q9_9, invalid value for option '--type'",
        "--out=x --shards=2, --shards is for --format meta",
        "--out=x --type=Q4_0, --format hf takes one --type",
        "--out=x.gguf --type=Q4_0;Q8_0, several types are several files",
        "--out=x --format=hf;meta, --format takes one form",
        "--out=x.gguf --format=hf;gguf, --format hf;gguf writes a folder",
    })
    void contradictionsAreMistakes(String options, String message) {
        String[] parts = ("convert --model=b " + options.replace(';', ',')).split(" ");
        assertThat(run(parts)).isEqualTo(2);
        assertThat(err.toString()).startsWith("weightsmith: error: " + message.replace(';', ','));
    }

    @Test
    void aDryRunPrintsEveryTensor() {
        run("convert", "--model=b", "--out=" + folder.resolve("x"), "--dry-run");
        assertThat(out.toString())
                .startsWith(
                        """
                        model.safetensors: 2 tensors, 276 bytes, 16.76 bits per weight
                          offset  bytes   bits  type  shape    name
                             100    160  16.00  F16   [20, 4]  embed
                             260     16  32.00  F32   [1, 4]   layers.0.norm
                        config.json: 7 bytes

                        output  2 files, 283 B: \
                        """)
                .contains("disk    needs 283 B, ")
                .contains("memory  needs at most 64.0 MB, 2.00 GB allowed\n");
    }

    @Test
    void aDryRunRunsNothing() {
        run("convert", "--model=b", "--out=" + folder.resolve("x"), "--dry-run");
        assertThat(core.runs).isZero();
    }

    @Test
    void aDryRunIsAlsoJson() throws Exception {
        run("convert", "--model=b", "--out=" + folder.resolve("x"), "--dry-run", "--json");
        assertThat(json().at("/files/0/tensors/1").toString())
                .isEqualTo(
                        "{\"name\":\"layers.0.norm\",\"type\":\"F32\",\"shape\":[1,4],"
                                + "\"bytes\":16,\"offset\":260}");
        assertThat(json().at("/memory/needed").asLong()).isEqualTo(64_000_000);
        assertThat(json().at("/disk/needed").asLong()).isEqualTo(283);
    }

    @Test
    void findingsAreOnStandardError() {
        run("convert", "--model=b", "--out=" + folder.resolve("x"));
        assertThat(err)
                .hasToString(
                        """
                        note: base: LLaMA, 2 tensors
                        warning: adapter: changes nothing
                        hint: see why
                        """);
    }

    @Test
    void aDiskThatIsTooSmallIsSaidBeforeStarting() {
        core.header = 1L << 60;
        assertThat(run("convert", "--model=b", "--out=" + folder.resolve("x"))).isEqualTo(8);
        assertThat(err.toString()).contains("needs 1153 PB (1152921504606847159 bytes), the disk");
        assertThat(core.runs).isZero();
    }

    @Test
    void aDryRunOnASmallDiskPrintsThePlanAndFails() {
        core.header = 1L << 60;
        assertThat(run("convert", "--model=b", "--out=" + folder.resolve("x"), "--dry-run"))
                .isEqualTo(8);
        assertThat(out.toString()).contains("config.json: 7 bytes", "free: too small");
    }

    @Test
    void aFinishedJobReportsDigestsTimeAndRate() {
        Path target = folder.resolve("x");
        assertThat(run("convert", "--model=b", "--out=" + target)).isZero();
        assertThat(out)
                .hasToString(
                        "ab".repeat(32)
                                + "  276  model.safetensors\n"
                                + "cd".repeat(32)
                                + "    7  config.json\n"
                                + ("wrote " + target + ": 283 B in 0.5 s, 566 B/s\n"));
    }

    @Test
    void aFinishedJobIsAlsoJson() throws Exception {
        run("convert", "--model=b", "--out=" + folder.resolve("x"), "--json");
        assertThat(json().at("/files/1").toString())
                .isEqualTo(
                        "{\"name\":\"config.json\",\"bytes\":7,\"sha256\":\""
                                + "cd".repeat(32)
                                + "\"}");
        assertThat(json().at("/seconds").asDouble()).isEqualTo(0.5);
        assertThat(json().at("/findings/1/level").asText()).isEqualTo("warning");
    }

    @Test
    void quietMeansNoReport() {
        run("convert", "--model=b", "--out=" + folder.resolve("x"), "--quiet");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void inputsAreClosed() {
        run("convert", "--model=b", "--out=" + folder.resolve("x"));
        assertThat(core.closed).isEqualTo(1);
    }

    @Test
    void inspectShowsDetailsAndTensors() {
        run("inspect", "model");
        assertThat(out)
                .hasToString(
                        """
                        model: Hugging Face folder of a LLaMA model
                        note: a note

                        config:
                          vocab_size  20
                          name        \\u{1b}[31mred

                        vocabulary:
                          pieces  [p0, p1, p2, p3, p4, p5, … 20 in all]

                        tensors: 2, 84 parameters, 176 B: 1 F32, 1 F16
                          bytes  type  shape    name
                            160  F16   [20, 4]  embed
                             16  F32   [4]      layers.0.norm
                        """);
    }

    @Test
    void inspectShowsOnlyTheTensorsAskedFor() {
        run("inspect", "model", "--tensors", "layers\\.");
        assertThat(out.toString()).contains("layers.0.norm").doesNotContain("embed");
    }

    @Test
    void aBadPatternIsAMistake() {
        assertThat(run("inspect", "model", "--tensors", "(")).isEqualTo(2);
    }

    @Test
    void inspectIsAlsoJson() throws Exception {
        run("inspect", "model", "--json");
        assertThat(json().at("/vocabulary/pieces")).hasSize(20);
        assertThat(json().at("/tensors/0/shape").toString()).isEqualTo("[20,4]");
    }
}
