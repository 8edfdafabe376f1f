package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the user sees of inputs that are wrong: one line that names the file, the place, what was
/// found and what was expected, at most one hint, and the exit code. Nothing is written, and
/// nothing is left over.
@Tag("slow")
class BadInputTest {
    private static final Terminal PIPE = new Terminal(false, false, 80, false);

    @TempDir private Path folder;
    private Path base;

    private final StringWriter err = new StringWriter();
    private int exit;

    @BeforeEach
    void makeBase() throws IOException {
        base = SmallModel.huggingFace(folder.resolve("base"), SmallModel.TOKENS);
    }

    /// The final name, and every temporary one.
    @AfterEach
    void nothingIsWritten() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.map(path -> folder.relativize(path).toString()))
                    .noneMatch(name -> name.startsWith("out") || name.contains(".ws-tmp-"));
        }
    }

    private void run(String... arguments) {
        var out = new PrintWriter(new StringWriter());
        exit = new Weightsmith(PIPE, out, new PrintWriter(err)).run(arguments);
    }

    private void convert(Path model) {
        run("convert", "--model", model.toString(), "--out", folder.resolve("out").toString());
    }

    private void merge(Path... loras) {
        var arguments = new ArrayList<String>();
        arguments.addAll(List.of("merge", "--base", base.toString()));
        arguments.addAll(List.of("--out", folder.resolve("out").toString()));
        for (Path lora : loras) {
            arguments.add("--lora");
            arguments.add(lora.toString());
        }
        run(arguments.toArray(String[]::new));
    }

    /// Lines on standard error besides notes, with paths below the test's folder.
    private String told() {
        return err.toString()
                .lines()
                .filter(line -> !line.startsWith("note: "))
                .map(line -> line.replace(folder + "/", ""))
                .collect(Collectors.joining("\n"));
    }

    private void assertRefused(int code, String message) {
        assertThat(told()).isEqualTo("weightsmith: error: " + message);
        assertThat(exit).isEqualTo(code);
    }

    private void assertRefused(int code, String message, String hint) {
        assertThat(told()).isEqualTo("weightsmith: error: " + message + "\nhint: " + hint);
        assertThat(exit).isEqualTo(code);
    }

    private Path weights() {
        return base.resolve("model.safetensors");
    }

    private void cut(Path file, int bytes) throws IOException {
        byte[] all = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(all, all.length - bytes));
    }

    private static byte[] zip(String name, byte[] bytes) throws IOException {
        return zip(Map.of(name, bytes));
    }

    private static byte[] zip(Map<String, byte[]> members) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (var member : new TreeMap<>(members).entrySet()) {
                // PyTorch packs nothing.
                var entry = new ZipEntry(member.getKey());
                var crc = new CRC32();
                crc.update(member.getValue());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(member.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(member.getValue());
            }
        }
        return out.toByteArray();
    }

    // Files

    /// The program itself takes more, whatever the model's size.
    @Test
    void limitBelowWhatTheProgramTakesIsRefused() {
        run("convert", "--model=" + base, "--out=" + folder.resolve("out"), "--max-memory=100MB");
        assertThat(exit).isEqualTo(10);
        assertThat(told())
                .contains("for the program, ", "--max-memory is 100 MB")
                .contains("hint: the smallest that works is --max-memory ");
    }

    @Test
    void truncatedSafetensors() throws IOException {
        cut(weights(), 10);
        convert(base);
        assertRefused(
                3,
                "base/model.safetensors: 10 bytes are missing: tensor 'lm_head.weight' ends at"
                        + " 848, but the data are 838 bytes (at byte 1938)");
    }

    @Test
    void truncatedHeader() throws IOException {
        Files.write(weights(), Arrays.copyOf(Files.readAllBytes(weights()), 100));
        convert(base);
        assertRefused(
                3,
                "base/model.safetensors: header length is 1092, but only 92 bytes follow (at"
                        + " byte 0)");
    }

    @Test
    void truncatedGguf() throws IOException {
        Path gguf = folder.resolve("model.gguf");
        run("convert", "--model", base.toString(), "--out", gguf.toString(), "--quiet");
        cut(gguf, 40);
        convert(gguf);
        assertRefused(
                3,
                "model.gguf: 24 bytes are missing: tensor 'blk.0.ffn_up.weight' ends at byte"
                        + " 2448 (at byte 2424)");
    }

    @Test
    void truncatedTorchZip() throws IOException {
        Files.delete(weights());
        Path bin = base.resolve("pytorch_model.bin");
        Files.write(bin, zip("archive/data.pkl", new byte[] {(byte) 0x80, 2, '}', '.'}));
        cut(bin, 10);
        convert(base);
        assertRefused(
                3,
                "base/pytorch_model.bin: has no zip end record in its last 22 bytes: it is"
                        + " truncated, or something follows the zip (at byte 102)");
    }

    @Test
    void wrongMagic() throws IOException {
        Files.writeString(weights(), "not weights at all");
        convert(base);
        assertRefused(
                3,
                "base/model.safetensors: holds no weights in a format that is known: it begins"
                        + " with bytes 6e 6f 74 20 77 65 69 67",
                "safetensors, PyTorch and GGUF files are read");
    }

    @Test
    void pickleThatCallsTheSystem() throws IOException {
        Files.delete(weights());
        Path proof = folder.resolve("proof");
        String pickle = "\u0080\u0002cos\nsystem\n(S'touch " + proof + "'\ntR.";
        Files.write(
                base.resolve("pytorch_model.bin"),
                zip(
                        Map.of(
                                "archive/data.pkl",
                                pickle.getBytes(StandardCharsets.ISO_8859_1),
                                "archive/version",
                                new byte[] {'3', '\n'})));
        convert(base);
        assertThat(proof).doesNotExist();
        assertRefused(
                4,
                "base/pytorch_model.bin: pickle data.pkl asks for os.system, which tensors"
                        + " do not need; nothing was run, byte 2 of it (at byte 48)");
    }

    @Test
    void zipEntryOutsideTheFolder() throws IOException {
        Path archive = folder.resolve("adapter.zip");
        Files.write(archive, zip("../adapter_config.json", new byte[] {'{', '}'}));
        merge(archive);
        assertThat(folder.resolveSibling("adapter_config.json")).doesNotExist();
        assertRefused(
                4, "adapter.zip: member '../adapter_config.json' leads outside of its folder");
    }

    @Test
    void headerLengthBeyondTheFile() throws IOException {
        byte[] file = Files.readAllBytes(weights());
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 30);
        Files.write(weights(), file);
        convert(base);
        assertRefused(
                3,
                "base/model.safetensors: header length is 1073741824, but only 1940 bytes follow"
                        + " (at byte 0)");
    }

    @Test
    void tensorBeyondTheFile() throws IOException {
        var entries = new LinkedHashMap<String, String>();
        entries.put("a", SmallModel.entry("F32", List.of(1 << 20), 0, 4L << 20));
        Files.write(weights(), SmallModel.safetensors(SmallModel.header(entries), new byte[8]));
        convert(base);
        assertRefused(
                3,
                "base/model.safetensors: 4194296 bytes are missing: tensor 'a' ends at 4194304,"
                        + " but the data are 8 bytes (at byte 82)");
    }

    @Test
    void overlappingTensors() throws IOException {
        var entries = new LinkedHashMap<String, String>();
        entries.put("a", SmallModel.entry("F32", List.of(2), 0, 8));
        entries.put("b", SmallModel.entry("F32", List.of(2), 4, 12));
        Files.write(weights(), SmallModel.safetensors(SmallModel.header(entries), new byte[12]));
        convert(base);
        assertRefused(
                3,
                "base/model.safetensors: tensor 'b': data_offsets [4, 12] overlap: expected to"
                        + " begin at 8, where tensor 'a' ends (at byte 62)");
    }

    @Test
    void unknownType() throws IOException {
        var entries = new LinkedHashMap<String, String>();
        entries.put("a", SmallModel.entry("F7", List.of(2), 0, 8));
        Files.write(weights(), SmallModel.safetensors(SmallModel.header(entries), new byte[8]));
        convert(base);
        assertRefused(
                6, "base/model.safetensors: tensor 'a': dtype 'F7' is not known (at byte 22)");
    }

    @Test
    void duplicateKeysInAHeader() throws IOException {
        String entry = "\"a\":" + SmallModel.entry("F32", List.of(2), 0, 8);
        Files.write(
                weights(), SmallModel.safetensors("{" + entry + "," + entry + "}", new byte[8]));
        convert(base);
        assertRefused(
                3, "base/model.safetensors: is not valid JSON: Duplicate field 'a' (at byte 65)");
    }

    @Test
    void duplicateKeysInAConfiguration() throws IOException {
        Files.writeString(
                base.resolve("config.json"),
                SmallModel.config(8).replaceFirst("\\{", "{\"hidden_size\": 8, "));
        convert(base);
        assertRefused(
                3,
                "base/config.json: is not valid JSON: Duplicate field 'hidden_size' (at byte 94)");
    }

    @Test
    void missingShard() throws IOException {
        Files.move(weights(), base.resolve("model-00001-of-00002.safetensors"));
        index("model.norm.weight", "model-00002-of-00002.safetensors");
        convert(base);
        assertRefused(
                3,
                "base/model.safetensors.index.json: shard 'model-00002-of-00002.safetensors' is"
                        + " missing",
                "copy or download it again, into the folder of the index");
    }

    @Test
    void indexThatNamesATensorWhichIsNotThere() throws IOException {
        Files.move(weights(), base.resolve("model-00001-of-00001.safetensors"));
        index("model.absent.weight", "model-00001-of-00001.safetensors");
        convert(base);
        assertRefused(
                3,
                "base/model.safetensors.index.json: tensor 'model.absent.weight' is not in shard"
                        + " 'model-00001-of-00001.safetensors' nor in any other");
    }

    private void index(String tensor, String file) throws IOException {
        Files.writeString(
                base.resolve("model.safetensors.index.json"),
                "{\"weight_map\": {\"" + tensor + "\": \"" + file + "\"}}");
    }

    @Test
    void notANumberInTheBase() throws IOException {
        Files.write(weights(), SmallModel.safetensors(SmallModel.tensors(8), 0.5f));
        try (var file = new RandomAccessFile(weights().toFile(), "rw")) {
            // The last tensor is lm_head, 8 rows of 4: row 6, column 1.
            file.seek(file.length() - 4 * (2 * 4 - 1));
            file.writeInt(Integer.reverseBytes(Float.floatToIntBits(Float.NaN)));
        }
        convert(base);
        assertRefused(
                5,
                "base/model.safetensors: tensor 'lm_head.weight': row 6, column 1 becomes NaN or"
                        + " infinite as F32",
                "an input holds such a value, or one too large for the type: try --type BF16 or"
                        + " F32, or check the inputs' digests");
    }

    // Adapters

    @Test
    void adapterGivenAsAModel() throws IOException {
        convert(SmallModel.adapter(folder.resolve("lora")));
        assertRefused(
                3,
                "lora: is an adapter, expected a model",
                "give it with --lora, and the model that it is for");
    }

    @Test
    void modelGivenAsAnAdapter() {
        merge(base);
        assertRefused(3, "base: is a model, expected an adapter", "give a model with --base");
    }

    @Test
    void adapterForAnotherShape() throws IOException {
        merge(SmallModel.adapter(folder.resolve("lora"), SmallModel.pair(5)));
        assertRefused(
                3,
                "lora: makes a delta of shape [4, 5] for"
                        + " 'model.layers.0.self_attn.q_proj.weight', expected [4, 4]",
                "the adapter was made for a model of another size");
    }

    @Test
    void adapterWithHalfAPair() throws IOException {
        var tensors = SmallModel.pair(4);
        tensors.pollLastEntry();
        merge(SmallModel.adapter(folder.resolve("lora"), tensors));
        assertRefused(
                3,
                "lora/adapter_model.safetensors: 'model.layers.0.self_attn.q_proj' has lora_A"
                        + " but no lora_B");
    }

    @Test
    void adapterWithEmptyMatrices() throws IOException {
        var tensors = SmallModel.pair(4);
        tensors.replaceAll((name, shape) -> List.of(0));
        merge(SmallModel.adapter(folder.resolve("lora"), tensors));
        assertRefused(
                3,
                "lora/adapter_model.safetensors:"
                        + " 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight' is empty:"
                        + " [0]; 'base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight' is"
                        + " empty: [0]",
                "this looks like a DeepSpeed ZeRO-3 run saved without gathering its parameters:"
                        + " save the adapter again from the training run");
    }

    @Test
    void adapterWhoseKeysMatchNothing() throws IOException {
        var tensors = new LinkedHashMap<String, List<Integer>>();
        SmallModel.pair(4)
                .forEach((name, shape) -> tensors.put(name.replace("q_proj", "c_attn"), shape));
        merge(SmallModel.adapter(folder.resolve("lora"), tensors));
        assertRefused(
                3,
                "lora: adapts 'model.layers.0.self_attn.c_attn', which the model does not have",
                "the adapter was made for another model");
    }

    @Test
    void tokenizerOfAnotherModel() throws IOException {
        Path lora = SmallModel.adapter(folder.resolve("lora"), 9);
        Files.write(lora.resolve("tokenizer.model"), SmallModel.tokenizer(12));
        merge(lora);
        assertRefused(
                3,
                "lora: has 9 embedding rows, but its tokenizer 12 pieces",
                "the tokenizer beside the adapter belongs to another one");
    }

    @Test
    void adaptersInTheWrongOrder() throws IOException {
        merge(
                SmallModel.adapter(folder.resolve("second"), 10),
                SmallModel.adapter(folder.resolve("first"), 9));
        assertRefused(
                3,
                "first: would shrink the vocabulary from 10 to 9",
                "the adapters are given in the wrong order: put it before second");
    }

    @Test
    void adapterGivenTwice() throws IOException {
        Path lora = SmallModel.adapter(folder.resolve("lora"));
        merge(lora, lora);
        assertRefused(3, "lora: is given twice");
    }

    @Test
    void adapterGivenTwiceAsACopy() throws IOException {
        merge(
                SmallModel.adapter(folder.resolve("lora")),
                SmallModel.adapter(folder.resolve("copy")));
        assertRefused(3, "copy: is the same adapter as lora", "give each adapter once");
    }

    @Test
    void baseThatIsMergedAlready() throws IOException {
        Path lora = SmallModel.adapter(folder.resolve("lora"), 9);
        Path merged = folder.resolve("merged");
        run("merge", "--base", base.toString(), "--lora", lora.toString(), "-o", "" + merged, "-q");
        base = merged;
        merge(lora);
        assertRefused(
                3,
                "merged: is already merged with lora: it holds this adapter's embedding of 9 rows",
                "leave the adapter out, or give the original base");
    }

    @Test
    void adapterThatAsksForWhatIsNotSupported() throws IOException {
        Path lora = SmallModel.adapter(folder.resolve("lora"));
        Files.writeString(
                lora.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4, \"lora_bias\": true}");
        merge(lora);
        assertRefused(
                6,
                "lora/adapter_config.json: asks for what is not supported: 'lora_bias' is true",
                "merge this adapter with PEFT's merge_and_unload, then convert the result");
    }

    @Test
    void adapterWithATensorThatIsNotSupported() throws IOException {
        var tensors = SmallModel.pair(4);
        tensors.put("base_model.model." + SmallModel.QUERY + ".lora_B.bias", List.of(4));
        merge(SmallModel.adapter(folder.resolve("lora"), tensors));
        assertRefused(
                6,
                "lora/adapter_model.safetensors: holds tensors that are not supported:"
                        + " 'base_model.model.model.layers.0.self_attn.q_proj.lora_B.bias' (a bias)",
                "merge this adapter with PEFT's merge_and_unload, then convert the result");
    }

    // Outputs

    @Test
    void outputThatCannotBeWritten() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        run("convert", "--model", base.toString(), "--out", file.resolve("out").toString());
        assertRefused(9, "file: cannot be written: it is a file, expected a folder");
    }

    @Test
    void outputWithANameThatIsTooLong() {
        // Printed names end at 200 characters.
        String name = "out" + "n".repeat(300);
        run("convert", "--model", base.toString(), "--out", folder.resolve(name).toString());
        assertThat(told()).endsWith("nnn…: cannot be written: File name too long");
        assertThat(exit).isEqualTo(9);
    }

    @Test
    void outputThatExists() throws IOException {
        Path existing = Files.writeString(folder.resolve("existing.gguf"), "precious");
        run("convert", "--model", base.toString(), "--out", existing.toString());
        assertThat(existing).hasContent("precious");
        assertRefused(
                7,
                "existing.gguf: exists already",
                "choose another name, or --overwrite to replace it");
    }

    @Test
    void outputThatIsTheInput() throws IOException {
        run("convert", "--model", base.toString(), "--out", base.toString(), "--overwrite");
        assertRefused(7, "base: is an input of this job", "choose another --out");
    }

    @Test
    void failureKeepsTheOldOutput() throws IOException {
        Path old = Files.writeString(folder.resolve("old.gguf"), "precious");
        Files.write(weights(), SmallModel.safetensors(SmallModel.tensors(8), Float.NaN));
        run("convert", "--model", base.toString(), "--out", old.toString(), "--overwrite");
        assertThat(old).hasContent("precious");
        assertRefused(
                5,
                "base/model.safetensors: tensor 'output.weight': row 0, column 0 becomes NaN or"
                        + " infinite as F16",
                "an input holds such a value, or one too large for the type: try --type BF16 or"
                        + " F32, or check the inputs' digests");
    }

    /// A file with a hole takes no room itself.
    @ParameterizedTest
    @ValueSource(strings = {"--quiet", "--dry-run"})
    void diskThatIsTooSmall(String option) throws IOException {
        int columns = 1 << 16;
        long free = Files.getFileStore(folder).getUsableSpace();
        Path huge = folder.resolve("huge");
        hugeModel(huge, columns, Math.toIntExact(2 * free / (4L * columns) + 1));
        run(
                "convert",
                "--model",
                huge.toString(),
                "--out",
                folder.resolve("out").toString(),
                option);
        assertThat(told())
                .matches(
                        "weightsmith: error: out: needs [0-9.]+ [GTP]B \\([0-9]+ bytes\\), the disk"
                                + " has [0-9.]+ [GTP]B free\n"
                                + "hint: free some space or choose another --out");
        assertThat(exit).isEqualTo(8);
    }

    private static void hugeModel(Path model, int columns, int tokens) throws IOException {
        Files.createDirectories(model);
        Files.writeString(
                model.resolve("config.json"),
                SmallModel.config(tokens)
                        .replace("\"hidden_size\": 4", "\"hidden_size\": " + columns)
                        .replace("{\"arch", "{\"tie_word_embeddings\": true, \"arch"));
        var entries = new LinkedHashMap<String, String>();
        long end = 0;
        for (var tensor : SmallModel.tensors(tokens).entrySet()) {
            if (!tensor.getKey().equals("lm_head.weight")) {
                List<Integer> shape =
                        tensor.getValue().stream().map(n -> n == 4 ? columns : n).toList();
                long begin = end;
                end += 4 * shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
                entries.put(tensor.getKey(), SmallModel.entry("F32", shape, begin, end));
            }
        }
        Path file = model.resolve("model.safetensors");
        Files.write(file, SmallModel.safetensors(SmallModel.header(entries), new byte[0]));
        try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(sparse.length() + end);
        } catch (IOException e) {
            Assumptions.abort("skipped: no file larger than the disk here: " + e.getMessage());
        }
    }

    @Test
    void dryRunSaysThatTheOutputExists() throws IOException {
        Path existing = Files.writeString(folder.resolve("existing.gguf"), "precious");
        run("convert", "--model", base.toString(), "--out", existing.toString(), "--dry-run");
        assertRefused(
                7,
                "existing.gguf: exists already",
                "choose another name, or --overwrite to replace it");
    }

    // The command line

    @Test
    void unknownOption() {
        run(
                "convert",
                "--model",
                base.toString(),
                "--out",
                folder.resolve("out").toString(),
                "--typ",
                "F16");
        assertRefused(
                2,
                "unknown option: '--typ'",
                "did you mean --type? see weightsmith convert --help");
    }

    @Test
    void expressionThatIsNone() {
        run("inspect", base.toString(), "--tensors", "(");
        assertRefused(
                2,
                "invalid value for option '--tensors': '(' is no regular expression:"
                        + " Unclosed group",
                "see weightsmith inspect --help");
    }

    @Test
    void optionsThatExcludeEachOther() {
        run("sha256", "--check", "--tensors", "x");
        assertRefused(
                2,
                "--check, --tensors are mutually exclusive (specify only one)",
                "see weightsmith sha256 --help");
    }

    @Test
    void emptyInput() {
        run("convert", "--model", "", "--out", folder.resolve("out").toString());
        assertRefused(
                2,
                "invalid value for option '--model': is empty, expected a file or folder",
                "see weightsmith convert --help");
    }

    @Test
    void missingInput() {
        convert(folder.resolve("nowhere"));
        assertRefused(9, "nowhere: no such file");
    }
}
