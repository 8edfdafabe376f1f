package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weightsmith.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No command line loses a file that it was not asked to replace: exit code 7, every byte as it
/// was, and nothing left over.
@Tag("slow")
class LostFilesTest {
    private static final Path SAMPLES = Shell.ROOT.resolve("samples");

    @TempDir private Path folder;
    private Path base;
    private Path out;
    private String printed = "";
    private String told = "";

    @BeforeEach
    void makeBase() throws IOException {
        base = SmallModel.huggingFace(folder.resolve("base"), SmallModel.TOKENS);
        out = folder.resolve("out");
    }

    private int run(Object... arguments) {
        var printing = new StringWriter();
        var err = new StringWriter();
        var texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        int exit =
                new Weightsmith(
                                new Terminal(false, false, 80, false),
                                new PrintWriter(printing),
                                new PrintWriter(err))
                        .run(texts);
        printed = printing.toString();
        told =
                String.join(
                        "\n",
                        err.toString()
                                .lines()
                                .filter(line -> line.startsWith("weightsmith: error: "))
                                .map(line -> line.replace(folder + "/", ""))
                                .toList());
        return exit;
    }

    private Map<String, String> files() throws IOException {
        var files = new TreeMap<String, String>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(
                        folder.relativize(file).toString(),
                        Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    private void assertRefused(String message, Object... arguments) throws IOException {
        Map<String, String> before = files();
        assertThat(run(arguments)).as(told).isEqualTo(7);
        assertThat(told).isEqualTo("weightsmith: error: " + message);
        assertThat(files()).isEqualTo(before);
    }

    private void convert(Object... more) {
        var arguments = new ArrayList<Object>(List.of("convert", "--model", base, "--out", out));
        arguments.addAll(List.of(more));
        assertThat(run(arguments.toArray())).as(told).isZero();
    }

    @Test
    void whatOthersPutIntoAnOutputIsKept() throws IOException {
        convert();
        Files.writeString(out.resolve("README.md"), "mine");
        Files.writeString(out.resolve("other.gguf"), "mine");
        assertRefused(
                "out: holds what may not be removed: 'README.md', 'other.gguf' (not named in its"
                        + " SHA256SUMS)",
                "convert",
                "--model",
                base,
                "--out",
                out,
                "--overwrite");
    }

    @Test
    void aModelThatSomethingElseWroteIsKept() throws IOException {
        Path other = SmallModel.huggingFace(out, SmallModel.TOKENS);
        assertRefused(
                "out: holds what may not be removed: 'config.json', 'model.safetensors',"
                        + " 'tokenizer.model' (it has no SHA256SUMS)",
                "convert",
                "--model",
                base,
                "--out",
                other,
                "--overwrite");
    }

    @Test
    void aTokenizerNeverReplacesAModel() throws IOException {
        convert();
        assertRefused(
                "out: holds 'model.safetensors', and what would replace it holds no weights",
                "tokenizer",
                "merge",
                "--base",
                SAMPLES.resolve("base"),
                "--pad",
                "[PAD]",
                "--out",
                out,
                "--overwrite");
    }

    @Test
    void theDryRunShowsWhatWouldGo() throws IOException {
        convert("--format", "hf-bin");
        Map<String, String> before = files();
        convert("--overwrite", "--dry-run");
        assertThat(printed)
                .containsPattern(
                        "replaces +4 files: SHA256SUMS, config\\.json, generation_config\\.json,"
                                + " tokenizer\\.model\n")
                .containsPattern("removes +1 file: pytorch_model\\.bin\n");
        convert("--overwrite", "--dry-run", "--json");
        JsonNode json = new JsonMapper().readTree(printed);
        assertThat(json.get("replaces")).hasSize(4);
        assertThat(json.get("removes")).hasToString("[\"pytorch_model.bin\"]");
        assertThat(files()).isEqualTo(before);
        convert("--overwrite");
        assertThat(out.toFile().list())
                .contains("SHA256SUMS", "config.json", "model.safetensors")
                .doesNotContain("pytorch_model.bin");
    }

    @Test
    void theDryRunOfQuantizeSaysThatItCannotBe() throws IOException {
        Path model = gguf();
        Files.writeString(Files.createDirectory(out).resolve("model-Q8_0.gguf"), "mine");
        assertRefused(
                "out/model-Q8_0.gguf: exists already",
                "quantize",
                model,
                "--type",
                "Q8_0",
                "--out",
                out,
                "--dry-run");
    }

    private Path gguf() {
        Path model = folder.resolve("model.gguf");
        assertThat(run("convert", "--model", base, "--out", model, "--type", "F16"))
                .as(told)
                .isZero();
        return model;
    }

    @Test
    void ggufFilesJoinAFolder() throws IOException {
        convert();
        byte[] weights = Files.readAllBytes(out.resolve("model.safetensors"));
        Path model = gguf();
        assertThat(run("quantize", model, "--type", "F16,F32", "--out", out)).as(told).isZero();
        assertThat(out.toFile().list())
                .containsExactlyInAnyOrder(
                        "SHA256SUMS",
                        "config.json",
                        "generation_config.json",
                        "model.safetensors",
                        "tokenizer.model",
                        "model-F16.gguf",
                        "model-F32.gguf");
        assertThat(out.resolve("model.safetensors")).hasBinaryContent(weights);
        assertThat(run("sha256", "--check", out)).as(told).isZero();
        assertRefused(
                "out/model-F16.gguf: exists already",
                "quantize",
                model,
                "--type",
                "F16",
                "--out",
                out);
        assertThat(run("quantize", model, "--type", "F16", "--out", out, "--overwrite")).isZero();
        assertThat(out.resolve("model-F32.gguf")).exists();
        assertThat(run("sha256", "--check", out)).as(told).isZero();
    }

    /// Files that a killed process had given their names, when their list was still to come.
    @Test
    void whatAKilledJobHadBegunIsPutRightBeforeAnythingIsChecked() throws IOException {
        Path model = gguf();
        Object[] quantize = {"quantize", model, "--type", "F16,F32", "--out", out, "--overwrite"};
        assertThat(run(quantize)).as(told).isZero();
        Map<String, String> before = files();
        Path stage = Files.createDirectory(out.resolve(".out.ws-tmp-0123456789ab"));
        Files.createFile(stage.resolve(".lock"));
        Path complete = Files.createDirectory(stage.resolve("new"));
        Path kept = Files.createDirectory(stage.resolve("kept"));
        Files.move(out.resolve("SHA256SUMS"), kept.resolve("SHA256SUMS"));
        Files.move(out.resolve("model-F16.gguf"), kept.resolve("model-F16.gguf"));
        Files.createLink(kept.resolve("model-F32.gguf"), out.resolve("model-F32.gguf"));
        for (String name : List.of("model-F16.gguf", "model-F32.gguf", "SHA256SUMS")) {
            Files.writeString(complete.resolve(name), "new");
        }
        Files.createLink(out.resolve("model-F16.gguf"), complete.resolve("model-F16.gguf"));
        assertThat(run(quantize)).as(told).isZero();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void whatAKilledJobLeftGoesBeforeTheRoomOnTheDiskIsMeasured() throws IOException {
        Path stage = folder.resolve(".out.ws-tmp-0123456789ab");
        Files.createDirectories(stage.resolve("new"));
        Files.createFile(stage.resolve(".lock"));
        Files.writeString(stage.resolve("new/model.safetensors"), "half");
        convert("--dry-run");
        assertThat(stage).exists();
        convert();
        assertThat(stage).doesNotExist();
    }

    /// One for each form of output; each with all that an output can consist of.
    @Test
    void everyFileOfAnOutputStandsInItsList() throws IOException {
        Path template = Files.writeString(folder.resolve("my.jinja"), "{{ messages }}");
        Path model = gguf();
        Object[][] jobs = {
            {"convert", "--model", base, "--format", "hf"},
            {"convert", "--model", base, "--format", "hf-bin", "--shard-size", "1KB"},
            {"convert", "--model", base, "--format", "meta"},
            {"convert", "--model", base, "--format", "hf,gguf", "--chat-template", template},
            {"convert", "--model", base, "--format", "gguf", "--type", "F16,Q8_0"},
            {"quantize", model, "--type", "F16,F32", "--report", "REPORT"},
            {"tokenizer", "merge", "--base", SAMPLES.resolve("base"), "--pad", "[PAD]"}
        };
        for (Object[] job : jobs) {
            Path made = folder.resolve("made");
            var arguments = new ArrayList<Object>(List.of(job));
            arguments.replaceAll(
                    argument -> argument.equals("REPORT") ? made.resolve("page.html") : argument);
            arguments.addAll(List.of("--out", made));
            assertThat(run(arguments.toArray())).as(told).isZero();
            List<String> listed =
                    Files.readAllLines(made.resolve("SHA256SUMS")).stream()
                            .map(line -> line.substring(66))
                            .toList();
            try (Stream<Path> all = Files.walk(made)) {
                assertThat(
                                all.filter(Files::isRegularFile)
                                        .map(file -> made.relativize(file).toString())
                                        .filter(name -> !name.equals("SHA256SUMS"))
                                        .sorted()
                                        .toList())
                        .as(arguments.toString())
                        .isEqualTo(listed);
            }
            assertThat(run("sha256", "--check", made)).as(told).isZero();
            deleteTree(made);
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.toList().reversed()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void theDryRunShowsThePageThatWouldGo() throws IOException {
        Path model = gguf();
        Path page = Files.writeString(folder.resolve("page.html"), "old");
        Object[] quantize = {
            "quantize", model, "--type", "F16", "--out", out, "--report", page, "--dry-run"
        };
        assertRefused("page.html: exists already", quantize);
        var overwriting = new ArrayList<>(List.of(quantize));
        overwriting.addAll(List.of("--overwrite", "--json"));
        assertThat(run(overwriting.toArray())).as(told).isZero();
        assertThat(new JsonMapper().readTree(printed).get("replaces"))
                .hasToString("[\"" + page + "\"]");
        assertThat(page).hasContent("old");
    }

    @Test
    void theDryRunOfASmallFileSaysWhetherItWouldBeReplaced() throws IOException {
        Path list = folder.resolve("added.txt");
        Object[] diff = {
            "tokenizer",
            "diff",
            SAMPLES.resolve("base/tokenizer.model"),
            SAMPLES.resolve("chinese-llama-plus/tokenizer.model"),
            "--pieces-out",
            list,
            "--overwrite",
            "--dry-run"
        };
        assertThat(run(diff)).as(told).isZero();
        assertThat(printed).contains("would write " + list);
        Files.writeString(list, "old");
        assertThat(run(diff)).as(told).isZero();
        assertThat(printed).contains("would replace " + list);
        assertThat(list).hasContent("old");
    }

    // Inputs

    /// An importance matrix of one entry, in the old form.
    private Path imatrix(Path file) throws IOException {
        byte[] name = "blk.0.ffn_up.weight".getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(1 << 10).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(1).putInt(name.length).put(name).putInt(1).putInt(8);
        for (int i = 0; i < 8; i++) {
            bytes.putFloat(1);
        }
        return Files.write(file, Arrays.copyOf(bytes.array(), bytes.position()));
    }

    @Test
    void theImportanceMatrixIsNoOutput() throws IOException {
        Path matrix = imatrix(folder.resolve("x.gguf"));
        assertRefused(
                "x.gguf: is an input of this job",
                "quantize",
                gguf(),
                "--type",
                "F16",
                "--imatrix",
                matrix,
                "--out",
                matrix,
                "--overwrite");
        assertRefused(
                "x.gguf: is an input of this job",
                "convert",
                "--model",
                base,
                "--type",
                "F16",
                "--imatrix",
                matrix,
                "--out",
                matrix,
                "--overwrite");
    }

    @Test
    void aTemplateInTheOutputFolderIsAnInput() throws IOException {
        convert();
        Path template = Files.writeString(out.resolve("my.jinja"), "{{ messages }}");
        assertRefused(
                "out: holds an input of this job: out/my.jinja",
                "convert",
                "--model",
                base,
                "--format",
                "hf,gguf",
                "--chat-template",
                template,
                "--out",
                out,
                "--overwrite");
    }

    @Test
    void theAdapterArchiveIsNoOutput() throws IOException {
        Path adapter = SmallModel.adapter(folder.resolve("lora"));
        Path archive = folder.resolve("lora.gguf");
        try (var zip = new ZipOutputStream(Files.newOutputStream(archive));
                Stream<Path> files = Files.list(adapter)) {
            for (Path file : files.toList()) {
                zip.putNextEntry(new ZipEntry("lora/" + file.getFileName()));
                zip.write(Files.readAllBytes(file));
            }
        }
        assertRefused(
                "lora.gguf: is an input of this job",
                "merge",
                "--base",
                base,
                "--lora",
                archive,
                "--out",
                archive,
                "--overwrite");
        Path link = Files.createLink(folder.resolve("link.gguf"), archive);
        assertRefused(
                "link.gguf: is an input of this job: lora.gguf",
                "merge",
                "--base",
                base,
                "--lora",
                archive,
                "--out",
                link,
                "--overwrite");
    }

    @Test
    void aReportIsNeitherAnInputNorAnotherOutput() throws IOException {
        Path model = gguf();
        Path quantized = folder.resolve("q.gguf");
        Object[] quantize = {
            "quantize", model, "--type", "F16", "--overwrite", "--out", quantized, "--report", model
        };
        assertRefused("model.gguf: is an input of this job", quantize);
        for (Path taken : List.of(quantized, folder.resolve("q.gguf.sha256"))) {
            quantize[quantize.length - 1] = taken;
            assertRefused(folder.relativize(taken) + ": is another output of this job", quantize);
        }
        quantize[quantize.length - 1] = quantized.resolve("page.html");
        assertRefused("q.gguf/page.html: is another output of this job", quantize);
        quantize[6] = out;
        quantize[quantize.length - 1] = out.resolve("model-F16.gguf");
        assertRefused("out/model-F16.gguf: is another output of this job", quantize);
    }

    /// The job is given one of its files, and reads the others too.
    @Test
    void noPartOfASplitModelIsReplacedByAReport() throws IOException {
        Path parts = folder.resolve("parts");
        Object[] split = {
            "quantize", gguf(), "--type", "F16", "--split-max-tensors", "3", "--out", parts
        };
        assertThat(run(split)).as(told).isZero();
        List<Path> files;
        try (Stream<Path> all = Files.list(parts)) {
            files = all.filter(file -> file.toString().endsWith(".gguf")).sorted().toList();
        }
        assertRefused(
                folder.relativize(files.get(1)) + ": is an input of this job",
                "quantize",
                files.getFirst(),
                "--type",
                "F16",
                "--overwrite",
                "--out",
                folder.resolve("q.gguf"),
                "--report",
                files.get(1));
    }

    @Test
    void whatIsReadBesideAFileOfAModelIsAnInput() throws IOException {
        Path model = base.resolve("model.safetensors");
        assertRefused(
                "base/config.json: is an input of this job",
                "quantize",
                model,
                "--type",
                "F16",
                "--overwrite",
                "--out",
                folder.resolve("q.gguf"),
                "--report",
                base.resolve("config.json"));
        Path link = Files.createLink(folder.resolve("q.gguf"), base.resolve("tokenizer.model"));
        assertRefused(
                "q.gguf: is an input of this job: base/tokenizer.model",
                "convert",
                "--model",
                model,
                "--out",
                link,
                "--overwrite");
        Object[] besides = {"convert", "--model", model, "--out", base.resolve("x.gguf")};
        assertThat(run(besides)).as(told).isZero();
        List<Object> again = new ArrayList<>(List.of(besides));
        again.add("--overwrite");
        assertThat(run(again.toArray())).as(told).isZero();
    }

    @Test
    void noReportReplacesAListOfDigests() throws IOException {
        Path model = gguf();
        Path list = Files.writeString(folder.resolve("SHA256SUMS"), "mine");
        assertRefused(
                "SHA256SUMS: is the name of a list of digests",
                "quantize",
                model,
                "--type",
                "F16",
                "--overwrite",
                "--out",
                out,
                "--report",
                list);
    }

    @Test
    void aReportInTheOutputFolderStandsInItsList() throws IOException {
        assertThat(
                        run(
                                "quantize",
                                gguf(),
                                "--type",
                                "F16",
                                "--out",
                                out,
                                "--report",
                                out.resolve("page.html")))
                .as(told)
                .isZero();
        assertThat(Files.readString(out.resolve("SHA256SUMS")))
                .containsPattern("[0-9a-f]{64}  model-F16\\.gguf\n[0-9a-f]{64}  page\\.html\n");
        assertThat(run("sha256", "--check", out)).as(told).isZero();
    }

    @Test
    void aListOfPiecesReplacesNoInput() throws IOException {
        Path grown = SAMPLES.resolve("chinese-llama-plus/tokenizer.model");
        Path mine = Files.copy(grown, folder.resolve("mine.model"));
        assertRefused(
                "mine.model: is an input of this job",
                "tokenizer",
                "diff",
                SAMPLES.resolve("base/tokenizer.model"),
                mine,
                "--pieces-out",
                mine,
                "--overwrite");
    }

    @Test
    void aComparedTextIsNotReplacedByItsPage() throws IOException {
        Path text = Files.writeString(folder.resolve("text.html"), "text");
        assertRefused(
                "text.html: is an input of this job",
                "tokenizer",
                "compare",
                SAMPLES.resolve("base"),
                SAMPLES.resolve("chinese-llama-plus"),
                "--text",
                text,
                "--html",
                text,
                "--overwrite");
    }

    @Test
    void anEvaluatedModelIsNotReplacedByItsPage() throws IOException {
        Path link =
                Files.createLink(folder.resolve("page.html"), base.resolve("model.safetensors"));
        assertRefused(
                "page.html: is an input of this job: base/model.safetensors",
                "evaluate",
                "perplexity",
                base,
                "--text",
                SAMPLES.resolve("text-en.txt"),
                "--report",
                link);
    }
}
