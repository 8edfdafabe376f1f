package dev.weightsmith.quantize.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.cli.CommandRunner;
import dev.weightsmith.cli.Terminal;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.tensor.TensorInfo;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Tag("slow")
class QuantizeCommandTest {
    @Command(name = "weightsmith")
    private static final class Root {}

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object... arguments) {
        var commands =
                new CommandLine(new Root())
                        .addSubcommand(new QuantizeCommand())
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        return new CommandRunner(commands, new Terminal(false, false, 80, false))
                .run(
                        Stream.concat(Stream.of("quantize"), Stream.of(arguments))
                                .map(Object::toString)
                                .toArray(String[]::new));
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out.toString());
    }

    private static byte[] bytes(GgufFile file, TensorInfo tensor) throws Exception {
        byte[] bytes = new byte[Math.toIntExact(tensor.bytes())];
        file.readRows(tensor, 0, tensor.rows(), MemorySegment.ofArray(bytes));
        return bytes;
    }

    private static Path tiny() {
        return SharedData.path("tiny/gguf/tiny-base-f16.gguf");
    }

    @Test
    void oneTypeIsOneFileOfLlamaCppsBytes() throws Exception {
        Path file = folder.resolve("x.gguf");
        assertThat(run(tiny(), "--type=q4_k_m", "--out", file)).isZero();
        assertThat(out.toString())
                .startsWith(
                        StrictJson.readObject(SharedData.path("quantize/quantize-tiny-base.json"))
                                .at("/Q4_K_M/file_sha256")
                                .textValue());
    }

    @Test
    void severalTypesAreAFolderOfFilesNamedAfterTheModel() throws Exception {
        Path files = folder.resolve("out");
        assertThat(run(tiny(), "--type=Q8_0,Q4_K_M,Q4_K", "--out", files, "--json")).isZero();
        assertThat(json().at("/files").findValuesAsText("name"))
                .containsExactly("tiny-base-Q8_0.gguf", "tiny-base-Q4_K_M.gguf");
    }

    @Test
    void aFolderIsQuantizedAsIfConvertedBefore() throws Exception {
        Path file = folder.resolve("x.gguf");
        assertThat(run(SharedData.path("tiny/base-hf"), "--type=Q5_K_M", "--out", file)).isZero();
        Path other = folder.resolve("y.gguf");
        assertThat(run(tiny(), "--type=Q5_K_M", "--out", other)).isZero();
        try (var made = GgufFile.open(file);
                var expected = GgufFile.open(other)) {
            assertThat(made.tensors()).isEqualTo(expected.tensors());
            for (TensorInfo tensor : made.tensors()) {
                assertThat(bytes(made, tensor))
                        .as(tensor.name())
                        .isEqualTo(bytes(expected, tensor));
            }
        }
    }

    @Test
    void whatFallsBackIsSaid() {
        run(tiny(), "--type=Q8_0", "--out", folder.resolve("x.gguf"));
        assertThat(err.toString())
                .contains(
                        "warning: 5 tensors, the first 'blk.0.ffn_down.weight': rows of 172"
                                + " elements are no whole blocks of Q8_0, so F16 (llama.cpp gives"
                                + " up here)");
    }

    @Test
    void aDryRunTellsExactSizesAndWritesNothing() throws Exception {
        Path file = folder.resolve("x.gguf");
        assertThat(run(tiny(), "--type=Q4_K_M", "--out", file, "--dry-run", "--json")).isZero();
        JsonNode expected =
                StrictJson.readObject(SharedData.path("quantize/quantize-tiny-base.json"));
        assertThat(json().at("/files/0/bytes").longValue())
                .isEqualTo(expected.at("/Q4_K_M/file_size").longValue());
        assertThat(file).doesNotExist();
    }

    @Test
    void theReportIsAPageAndPartOfTheJson() throws Exception {
        Path page = folder.resolve("page.html");
        Path file = folder.resolve("x.gguf");
        assertThat(run(tiny(), "--type=Q8_0", "--out", file, "--report", page, "--json")).isZero();
        String html = Files.readString(page);
        assertThat(html).startsWith("<!DOCTYPE html>").contains("blk.4.attn_q");
        assertThat(json().at("/report/files/0/tensors").size()).isEqualTo(48);
        try (var model = GgufFile.open(tiny())) {
            assertThat(model.tensors())
                    .allMatch(tensor -> html.contains("<td>" + tensor.name() + "</td>"));
        }
    }

    @Test
    void theReportTellsHowItWasMadeButNoFolder() throws Exception {
        Path page = folder.resolve("page.html");
        run(tiny(), "--type=Q8_0", "--out", folder.resolve("x.gguf"), "--report", page);
        assertThat(Files.readString(page))
                .contains(
                        "<code>weightsmith quantize tiny-base-f16.gguf --type=Q8_0 --out x.gguf"
                                + " --report page.html</code>")
                .doesNotContain(folder.toString(), SharedData.path("tiny").toString());
    }

    @Test
    void anExistingReportStopsTheJobBeforeItBegins() throws Exception {
        Path page = Files.writeString(folder.resolve("report.html"), "mine");
        Path file = folder.resolve("x.gguf");
        assertThat(run(tiny(), "--type=Q8_0", "--out", file, "--report", page)).isEqualTo(7);
        assertThat(file).doesNotExist();
    }

    @Test
    void quantizedTensorsNeedLeave() {
        Path eight = folder.resolve("q8.gguf");
        run(tiny(), "--type=Q8_0", "--out", eight);
        assertThat(run(eight, "--type=Q4_0", "--out", folder.resolve("q4.gguf"))).isEqualTo(6);
        assertThat(err.toString())
                .contains("is Q8_0 already, expected F32, F16 or BF16")
                .contains("hint: ")
                .contains("--allow-requantize");
    }

    @Test
    void withLeaveTheyAreQuantizedAgain() throws Exception {
        Path eight = folder.resolve("q8.gguf");
        run(tiny(), "--type=Q8_0", "--out", eight);
        Path four = folder.resolve("q4.gguf");
        assertThat(run(eight, "--type=Q4_0", "--out", four, "--allow-requantize")).isZero();
        try (var file = GgufFile.open(four)) {
            assertThat(file.find("blk.0.attn_q.weight").orElseThrow().dtype().name())
                    .isEqualTo("Q4_0");
        }
    }

    @Test
    void metadataOfTheMatrixAndOverridesAreRecorded() throws Exception {
        Path file = folder.resolve("x.gguf");
        Path matrix = SharedData.path("kq/kq.imatrix.dat");
        run(
                SharedData.path("kq/kq-f16.gguf"),
                "--type=Q4_0",
                "--out",
                file,
                "--imatrix",
                matrix,
                "--override-kv=general.name=str:Mine");
        try (var written = GgufFile.open(file)) {
            assertThat(written.metadata())
                    .containsEntry("general.name", new GgufValue.Text("Mine"))
                    .containsEntry("general.file_type", new GgufValue.U32(2))
                    .containsEntry("quantize.imatrix.entries_count", new GgufValue.U32(56))
                    .containsEntry("quantize.imatrix.chunks_count", new GgufValue.U32(4));
        }
    }

    @Test
    void anotherModelsMatrixIsRefusedWithTensorAndSizes() {
        Path matrix = SharedData.path("kq/kq.imatrix.gguf");
        assertThat(run(tiny(), "--type=Q4_0", "--out", folder.resolve("x"), "--imatrix", matrix))
                .isEqualTo(3);
        assertThat(err.toString())
                .contains("entry 'blk.0.attn_k.weight' has 256 columns, expected 64");
    }

    /// Of a model that has a layer 9 and no layer 4.
    @Test
    void anotherModelsMatrixOfTheSameWidthsIsAWarning() throws Exception {
        byte[] measured = Files.readAllBytes(SharedData.path("imatrix/tiny-f32.dat"));
        String entries = new String(measured, StandardCharsets.ISO_8859_1);
        Path matrix = folder.resolve("other.dat");
        Files.write(
                matrix, entries.replace("blk.4.", "blk.9.").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(run(tiny(), "--type=Q4_0", "--out", folder.resolve("x"), "--imatrix", matrix))
                .isZero();
        assertThat(err.toString())
                .contains(
                        "other.dat: 28 of its 35 entries fit this model; the others do not, the"
                                + " first 'blk.9.")
                .contains("hint: the importance matrix was made for another model")
                .contains("the importance matrix has no entry for 6 tensors, the first 'blk.4.");
    }

    @Test
    void splitFilesGoIntoAFolder() {
        Path files = folder.resolve("out");
        assertThat(run(tiny(), "--type=F16", "--out", files, "--split-max-tensors=20")).isZero();
        assertThat(files).isDirectoryContaining("glob:**/tiny-base-F16-00003-of-00003.gguf");
    }

    @Test
    void splitFilesCannotBeOneFile() {
        Path file = folder.resolve("x.gguf");
        assertThat(run(tiny(), "--type=F16", "--out", file, "--split-max-size=100kB")).isEqualTo(7);
        assertThat(err.toString()).contains("is one file, but", "give a folder as --out");
    }

    @ParameterizedTest
    @CsvSource({
        "--type=Q9, 'is no file type that is made here, expected one of F32, F16'",
        "--type=Q4_0 --output-tensor-type=Q9, is no tensor type that is made here",
        "--type=Q4_0 --tensor-type=a, is not REGEX=TYPE",
        "--type=Q4_0 --override-kv=a, is not KEY=TYPE:VALUE",
        "--type=Q4_0 --split-max-tensors=0, expected at least 1",
        "--type=Q4_0 --keep-split --split-max-size=1GB, contradict each other",
        "'--type=Q4_0,Q8_0 --out=y.gguf', several types are several files",
    })
    void mistakesAreExplained(String options, String message) {
        String line = options.contains("--out") ? options : options + " --out=x.gguf";
        String[] parts = ("m.gguf " + line).split(" ");
        assertThat(run((Object[]) parts)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void helpNamesEveryType() {
        run("--help");
        assertThat(out.toString()).contains("Q4_K_M", "IQ4_XS", "--imatrix", "Examples:");
    }
}
