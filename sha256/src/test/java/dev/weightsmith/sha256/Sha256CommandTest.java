package dev.weightsmith.sha256;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.cli.CommandRunner;
import dev.weightsmith.cli.Terminal;
import dev.weightsmith.digest.FileDigester;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("slow")
class Sha256CommandTest {
    /// Of the one byte `a`.
    private static final String A =
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

    private static final String WRONG = "0".repeat(64);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    @BeforeEach
    void threeFiles() throws IOException {
        for (String name : new String[] {"a", "b c", "sub/d"}) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "a");
        }
    }

    private int run(String... arguments) {
        var command =
                new CommandLine(Sha256Commands.all().getFirst())
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        return new CommandRunner(command, new Terminal(false, false, 80, false)).run(arguments);
    }

    /// Checks `lines` as the folder's SHA256SUMS.
    private int check(String lines, String... options) throws IOException {
        Files.writeString(folder.resolve("SHA256SUMS"), lines);
        var arguments = new java.util.ArrayList<>(java.util.List.of(options));
        arguments.add("--check");
        arguments.add(folder.toString());
        return run(arguments.toArray(String[]::new));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void filesArePrintedAsAList() {
        assertThat(run(path("b c"), path("a"))).isZero();
        assertThat(out).hasToString(A + "  " + path("b c") + "\n" + A + "  " + path("a") + "\n");
    }

    @Test
    void folderMeansAllFilesBelowItSorted() {
        assertThat(run(folder.toString())).isZero();
        assertThat(
                        out.toString()
                                .lines()
                                .map(line -> line.substring(66 + folder.toString().length() + 1)))
                .containsExactly("a", "b c", "sub/d");
    }

    @Test
    void linkThatLeavesTheFolderIsLeftOutAloud(@TempDir Path elsewhere) throws IOException {
        Path outside = Files.writeString(elsewhere.resolve("outside"), "x");
        Files.createSymbolicLink(folder.resolve("link"), outside);
        assertThat(run(folder.toString())).isZero();
        assertThat(err.toString()).contains("link: is a link that leaves the folder");
    }

    @Test
    void linkWithinTheFolderIsAFile() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("sub/d"));
        run(folder.toString());
        assertThat(out.toString()).contains(A + "  " + path("link"));
    }

    @Test
    void linkInACircleIsNoCircle() throws IOException {
        Files.createSymbolicLink(folder.resolve("sub/up"), folder);
        assertThat(run(folder.toString())).isZero();
    }

    @Test
    void linkToNowhereIsAFailure() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("nowhere"));
        assertThat(run(folder.toString())).isEqualTo(9);
    }

    @Test
    void missingFileIsAFailureAndTheRestIsPrinted() {
        assertThat(run(path("missing"), path("a"))).isEqualTo(9);
        assertThat(out).hasToString(A + "  " + path("a") + "\n");
        assertThat(err).hasToString("weightsmith: error: " + path("missing") + ": no such file\n");
    }

    @Test
    void jsonHoldsFilesAndFailures() throws IOException {
        int exit = run("--json", path("missing"), path("a"));
        var json = new ObjectMapper().readTree(out.toString());
        assertThat(json.path("files").path(0).path("sha256").textValue()).isEqualTo(A);
        assertThat(json.path("failures").path(0).path("kind").textValue()).isEqualTo("io");
        assertThat(json.path("exit").intValue()).isEqualTo(exit).isEqualTo(9);
    }

    @Test
    void goodListIsGood() throws IOException {
        assertThat(check(A + "  a\n" + A + " *b c\n" + A + "  sub/d\n")).isZero();
        assertThat(out).hasToString("a: OK\nb c: OK\nsub/d: OK\n");
        assertThat(err).hasToString("");
    }

    @Test
    void quietGoodListSaysNothing() throws IOException {
        assertThat(check(A + "  a\n", "--quiet")).isZero();
        assertThat(out).hasToString("");
    }

    @Test
    void differingFileIsToldWithBothDigests() throws IOException {
        assertThat(check(WRONG + "  a\n" + A + "  b c\n", "--quiet")).isEqualTo(5);
        assertThat(out).hasToString("a: FAILED, expected " + WRONG + ", found " + A + "\n");
        assertThat(err.toString())
                .endsWith(": 1 file differs; 1 of 2 listed files are as they should be\n");
    }

    @Test
    void missingFileIsToldAndCounted() throws IOException {
        assertThat(check(A + "  missing\n" + A + "  a\n")).isEqualTo(9);
        assertThat(out).hasToString("missing: FAILED, no such file\na: OK\n");
        assertThat(err.toString()).contains("1 file could not be read");
    }

    @Test
    void folderInAListIsAFailure() throws IOException {
        assertThat(check(A + "  sub\n")).isEqualTo(9);
    }

    @Test
    void nameThatNoFileCanHaveIsAFailure() throws IOException {
        assertThat(check(A + "  " + "n".repeat(3000) + "\n")).isEqualTo(9);
    }

    @Test
    void malformedLineIsAFailureThoughFilesAreGood() throws IOException {
        assertThat(check(A + "  a\nhello\n")).isEqualTo(3);
        assertThat(err.toString())
                .contains("SHA256SUMS: line 2: does not begin with a digest")
                .contains("1 line is malformed");
    }

    @Test
    void differenceIsGraverThanAMissingFileAndAMalformedLine() throws IOException {
        assertThat(check(A + "  missing\nhello\n" + WRONG + "  a\n")).isEqualTo(5);
    }

    @Test
    void listThatNamesItselfCannotHold() throws IOException {
        assertThat(check(A + "  a\n" + A + "  SHA256SUMS\n")).isEqualTo(5);
        assertThat(out.toString()).contains("no list holds its own digest");
    }

    @Test
    void twoDigestsForOneFileCannotBothHold() throws IOException {
        assertThat(check(A + "  a\n" + WRONG + "  a\n")).isEqualTo(5);
        assertThat(out.toString()).contains("line 1 gives another digest for the same file");
    }

    @Test
    void fileListedTwiceIsFine() throws IOException {
        assertThat(check(A + "  a\n" + A + "  a\n")).isZero();
    }

    @Test
    void unlistedFileIsNoFailure() throws IOException {
        assertThat(check(A + "  a\n")).isZero();
    }

    @Test
    void strictUnlistedFileIsAFailure() throws IOException {
        assertThat(check(A + "  a\n", "--strict")).isEqualTo(5);
        assertThat(out.toString()).contains(path("b c") + ": FAILED, not listed");
    }

    @Test
    void listOfMd5IsUnsupported() throws IOException {
        assertThat(check(A.substring(0, 32) + "  a\n")).isEqualTo(6);
    }

    @Test
    void missingListIsAFailure() {
        assertThat(run("--check", path("nothing"))).isEqualTo(9);
    }

    @Test
    void namesInAListStartFromTheCurrentFolder() throws IOException {
        Path list = Files.writeString(folder.resolve("list"), A + "  a\n");
        assertThat(run("--check", list.toString())).isEqualTo(9);
        assertThat(err.toString()).contains("hint: names in a list are taken from the current");
    }

    @Test
    void checkAsJson() throws IOException {
        int exit = check(WRONG + "  a\nhello\n", "--json");
        var json = new ObjectMapper().readTree(out.toString());
        assertThat(exit).isEqualTo(json.path("exit").intValue()).isEqualTo(5);
        assertThat(json.at("/lists/0/entries/0/found").textValue()).isEqualTo(A);
        assertThat(json.at("/lists/0/malformed/0/line").intValue()).isEqualTo(2);
        assertThat(err).hasToString("");
    }

    /// A known list in which the two parts of a model are the stand-ins `one` and `two`.
    private String standIns() throws IOException {
        Path set = Files.createDirectories(folder.resolve("13B"));
        Path one = Files.writeString(set.resolve("consolidated.00.pth"), "one");
        Path two = Files.writeString(set.resolve("consolidated.01.pth"), "two");
        Files.writeString(set.resolve("params.json"), "{}");
        String form =
                "{\"group\":\"stand-ins\",\"model\":\"test 13B\",\"part\":\"%s\",\"name\":\"%s\",\"sha256\":\"%s\"}";
        Path list = folder.resolve("known.json");
        Files.writeString(
                list,
                "{\"files\":["
                        + form.formatted("00", one.getFileName(), FileDigester.digest(one))
                        + ","
                        + form.formatted("01", two.getFileName(), FileDigester.digest(two))
                        + "]}");
        return list.toString();
    }

    @Test
    void publishedFileIsRecognised() throws IOException {
        assertThat(run("--known-list", standIns(), "--known", path("13B/consolidated.01.pth")))
                .isZero();
        assertThat(out)
                .hasToString(path("13B/consolidated.01.pth") + ": test 13B, part 01 (stand-ins)\n");
    }

    @Test
    void aMergedVocabularyIsCalledWhatItIs() throws IOException {
        Path file = SharedData.path("tokenizers/chinese-llama-2.model");
        assertThat(run("--known", file.toString())).isZero();
        assertThat(out)
                .hasToString(
                        file
                                + ": Chinese-LLaMA-2 and Chinese-Alpaca-2: 55296 pieces, LLaMA's,"
                                + " <pad> for padding and Chinese ones (tokenizer.model)\n");
    }

    @Test
    void completeFolderIsComplete() throws IOException {
        assertThat(run("--known-list", standIns(), "--known", path("13B"))).isZero();
        assertThat(out.toString()).endsWith(path("13B") + ": complete: test 13B (stand-ins)\n");
    }

    @Test
    void incompleteFolderIsAFailure() throws IOException {
        String list = standIns();
        Files.delete(folder.resolve("13B/consolidated.01.pth"));
        assertThat(run("--known-list", list, "--known", path("13B"))).isEqualTo(5);
        assertThat(err.toString()).contains("13B: is incomplete");
    }

    @Test
    void damagedPublishedFileIsAFailure() throws IOException {
        String list = standIns();
        Files.writeString(folder.resolve("13B/consolidated.01.pth"), "twp");
        assertThat(run("--known-list", list, "--known", path("13B"))).isEqualTo(5);
        assertThat(err.toString()).contains("is called like 13B, part 01");
    }

    @Test
    void unknownFileIsAFailure() {
        assertThat(run("--known", path("a"))).isEqualTo(5);
    }

    @Test
    void folderWithoutPublishedFilesIsAFailure() {
        assertThat(run("--known", path("sub"))).isEqualTo(5);
    }

    @Test
    void strictKnownFolderMayHoldNothingElse() throws IOException {
        assertThat(run("--strict", "--known-list", standIns(), "--known", path("13B")))
                .isEqualTo(5);
    }

    @Test
    void nothingToDoIsAMistake() {
        assertThat(run()).isEqualTo(2);
    }

    @Test
    void twoModesAreAMistake() {
        assertThat(run("--check", "--known", path("a"))).isEqualTo(2);
    }

    @Test
    void strictAloneIsAMistake() {
        assertThat(run("--strict", path("a"))).isEqualTo(2);
    }

    @Test
    void tensorsOfAModelAreAListWithAComment() {
        assertThat(run("--tensors", SharedData.path("tiny/gguf/tiny-base-f16.gguf").toString()))
                .isZero();
        assertThat(out.toString())
                .contains("  model.layers.4.self_attn.q_proj.weight\n")
                .endsWith(
                        "# model 1fad3329b6d7bad4ddf27e0f59b60160db5ca4539ef8352cc028061f0a77701b\n");
    }

    @Test
    void equalModelsAreEqual() {
        assertThat(
                        run(
                                "--compare",
                                SharedData.path("tiny/base-meta-2shard").toString(),
                                SharedData.path("tiny/gguf/tiny-base-f32.gguf").toString()))
                .isZero();
        assertThat(out.toString()).startsWith("equal: all values of ");
    }

    @Test
    void otherModelsAreAFailureWithReasons() {
        assertThat(
                        run(
                                "--compare",
                                SharedData.path("tiny/gguf/tiny-llama-plus-f16.gguf").toString(),
                                SharedData.path("tiny/gguf/tiny-alpaca-plus-f16.gguf").toString(),
                                "--base",
                                SharedData.path("tiny/base-hf").toString(),
                                "--lora",
                                SharedData.path("tiny/lora-llama-plus").toString(),
                                "--lora",
                                SharedData.path("tiny/lora-alpaca-plus").toString()))
                .isEqualTo(5);
        assertThat(out.toString())
                .contains("likely: the first model is the base with lora-llama-plus\n")
                .contains("second model is the base with lora-llama-plus, then lora-alpaca-plus\n");
    }

    @Test
    void comparisonAsJson() throws IOException {
        int exit =
                run(
                        "--json",
                        "--compare",
                        SharedData.path("tiny/base-hf").toString(),
                        SharedData.path("tiny/gguf/tiny-base-bf16.gguf").toString());
        var json = new ObjectMapper().readTree(out.toString());
        assertThat(exit).isEqualTo(json.path("exit").intValue()).isEqualTo(5);
        assertThat(json.at("/reasons/0").textValue()).startsWith("other types");
        assertThat(json.path("equal").booleanValue()).isFalse();
    }

    @Test
    void oneModelIsNoComparison() {
        assertThat(run("--compare", path("a"))).isEqualTo(2);
    }
}
