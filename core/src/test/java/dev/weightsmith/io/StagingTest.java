package dev.weightsmith.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {
    private static final byte[] BYTES = {7};

    /// In every list of the files written here.
    private static final String DIGEST =
            "ca358758f6d27e6cf45272937977a748fd88391db679ceda7dc7bf1f005ee879";

    @TempDir private Path folder;

    /// As a killed process leaves it: nobody holds the lock.
    private Path stage(String name, String of) throws Exception {
        Path stage = Files.createDirectory(folder.resolve(name));
        Files.createFile(stage.resolve(".lock"));
        Path files = Files.createDirectory(stage.resolve(of));
        Files.writeString(files.resolve("model.safetensors"), "half");
        return stage;
    }

    private Destination output(String name, String... files) {
        return Destination.folder(folder.resolve(name), List.of(files));
    }

    private void write(Destination destination, boolean overwrite) throws Exception {
        try (var staging = Staging.open(destination, overwrite)) {
            for (String name : destination.names()) {
                try (var file = staging.create(name)) {
                    file.write(BYTES);
                    file.seal();
                }
            }
            staging.publish();
        }
    }

    private List<String> names(String of) {
        return List.of(folder.resolve(of).toFile().list()).stream().sorted().toList();
    }

    @Test
    void whatAKilledProcessLeftIsDeletedByTheNext() throws Exception {
        Path stage = stage(".out.ws-tmp-0123456789ab", "new");
        Staging.write(Destination.page(folder.resolve("out"), "--out"), BYTES, false);
        assertThat(stage).doesNotExist();
    }

    @Test
    void whatAKilledProcessLeftOfALongNameIsDeletedByTheNext() throws Exception {
        var destination = output("a".repeat(40), "a");
        Path stage;
        try (var staging = Staging.open(destination, false)) {
            staging.create("a").close();
            stage = PrivateFolder.entries(folder).getFirst();
            Path dead = Files.createDirectory(folder.resolve(changed(stage)));
            Files.createFile(dead.resolve(".lock"));
            Files.writeString(dead.resolve("half"), "half");
        }
        Staging.open(destination, false).close();
        assertThat(names("")).isEmpty();
    }

    @Test
    void aNameMayBeAsLongAsTheSystemAllows() throws Exception {
        for (String name :
                List.of("a".repeat(255), "\u6a21".repeat(85), "\ud842\udfb7".repeat(63))) {
            write(output(name, "a"), false);
            write(output(name, "b"), true);
            assertThat(names(name)).containsExactly("SHA256SUMS", "b");
        }
        assertThat(names("")).hasSize(3);
    }

    /// Another stage of the same output.
    private static String changed(Path stage) {
        String name = stage.getFileName().toString();
        return name.substring(0, name.length() - 1) + (name.endsWith("0") ? "1" : "0");
    }

    @Test
    void whatAKilledProcessLeftOfAnotherNameStays() throws Exception {
        Path stage = stage(".out.ws-tmp-0.ws-tmp-0123456789ab", "new");
        Staging.write(Destination.page(folder.resolve("out"), "--out"), BYTES, false);
        assertThat(stage).exists();
    }

    @Test
    void aStageWithoutALockIsDeletedWhereItIsEmpty() throws Exception {
        Path stage = Files.createDirectory(folder.resolve(".out.ws-tmp-0123456789ab"));
        Staging.write(Destination.page(folder.resolve("out"), "--out"), BYTES, false);
        assertThat(stage).doesNotExist();
    }

    @Test
    void whatWasMovedAwayGetsItsNameBack() throws Exception {
        Path stage = stage(".out.ws-tmp-0123456789ab", "old");
        assertThatThrownBy(() -> Staging.open(output("out", "a"), false))
                .hasMessageContaining("exists already");
        assertThat(folder.resolve("out/model.safetensors")).hasContent("half");
        assertThat(stage).doesNotExist();
    }

    @Test
    void whatWasMovedAwayFromALongNameGetsItsNameBack() throws Exception {
        String name = "a".repeat(40);
        Path stage;
        try (var _ = Staging.open(output(name, "a"), false)) {
            stage = PrivateFolder.entries(folder).getFirst();
        }
        stage(stage.getFileName().toString(), "old");
        assertThatThrownBy(() -> Staging.open(output(name, "a"), false))
                .hasMessageContaining("exists already");
        assertThat(names(name)).containsExactly("model.safetensors");
    }

    @Test
    void whatIsBeingDeletedNeverGetsANameBack() throws Exception {
        Path stage = stage(".out.ws-tmp-0123456789ab", "gone");
        Staging.open(output("out", "a"), false).close();
        assertThat(stage).doesNotExist();
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void whatWasMovedAwayGoesWhereANewOutputIs() throws Exception {
        Path stage = stage(".out.ws-tmp-0123456789ab", "old");
        write(output("out2", "a"), false);
        Files.move(folder.resolve("out2"), folder.resolve("out"));
        Staging.open(output("out", "a"), true).close();
        assertThat(stage).doesNotExist();
        assertThat(names("out")).containsExactly("SHA256SUMS", "a");
    }

    @Test
    void whatAnotherJobIsWritingIsKept() throws Exception {
        try (var other = Staging.open(output("out", "model.safetensors"), false)) {
            other.create("model.safetensors").close();
            Staging.write(Destination.page(folder.resolve("out"), "--out"), BYTES, false);
            Staging.write(Destination.page(folder.resolve("out"), "--out"), BYTES, true);
            assertThat(folder.toFile().list((_, name) -> name.startsWith(".out"))).hasSize(1);
        }
    }

    @Test
    void errorsNameTheFileThatTheUserKnows() throws Exception {
        try (var staging = Staging.open(output("out", "a"), false)) {
            staging.create("a").close();
            assertThatThrownBy(() -> staging.create("a"))
                    .hasMessageStartingWith(folder.resolve("out/a") + ": ");
        }
    }

    @Test
    void thePublishedFolderHoldsItsFilesAndTheirDigests() throws Exception {
        write(output("out", "b", "a", "more/c"), false);
        assertThat(names("out")).containsExactly("SHA256SUMS", "a", "b", "more");
        assertThat(folder.resolve("out/SHA256SUMS"))
                .hasContent(DIGEST + "  a\n" + DIGEST + "  b\n" + DIGEST + "  more/c\n");
        assertThat(names("")).containsExactly("out");
    }

    // Folders that are replaced

    @Test
    void onlyFilesThatTheListNamesGiveWay() throws Exception {
        write(output("out", "model.safetensors", "old.json"), false);
        var next = output("out", "model.safetensors", "new.json");
        assertThat(next.displaced(true))
                .isEqualTo(
                        new Displaced(
                                List.of("SHA256SUMS", "model.safetensors"), List.of("old.json")));
        write(next, true);
        assertThat(names("out")).containsExactly("SHA256SUMS", "model.safetensors", "new.json");
        Files.writeString(folder.resolve("out/README.md"), "mine");
        Files.writeString(Files.createDirectory(folder.resolve("out/sub")).resolve("x.gguf"), "");
        assertThatThrownBy(() -> write(next, true))
                .hasMessage(
                        folder.resolve("out")
                                + ": holds what may not be removed: 'README.md', 'sub/x.gguf' (not"
                                + " named in its SHA256SUMS)");
        assertThat(names("out"))
                .containsExactly("README.md", "SHA256SUMS", "model.safetensors", "new.json", "sub");
    }

    @Test
    void aFolderWithoutAListIsNotReplaced() throws Exception {
        Files.writeString(
                Files.createDirectory(folder.resolve("out")).resolve("model.safetensors"), "");
        assertThatThrownBy(() -> write(output("out", "model.safetensors"), true))
                .hasMessageEndingWith(
                        "holds what may not be removed: 'model.safetensors' (it has no"
                                + " SHA256SUMS)");
    }

    @Test
    void whatWasChangedSinceDoesNotGiveWay() throws Exception {
        write(output("out", "model.safetensors", "a.json"), false);
        Path changed = folder.resolve("out/a.json");
        Files.writeString(changed, "{}");
        Files.setLastModifiedTime(changed, FileTime.fromMillis(System.currentTimeMillis() + 5000));
        assertThatThrownBy(() -> write(output("out", "model.safetensors"), true))
                .hasMessageEndingWith(
                        "holds what may not be removed: 'a.json' (changed since it was written)");
    }

    @Test
    void whatIsNewerButHasItsDigestGivesWay() throws Exception {
        write(output("out", "model.safetensors", "a.json"), false);
        Files.setLastModifiedTime(
                folder.resolve("out/a.json"),
                FileTime.fromMillis(System.currentTimeMillis() + 5000));
        write(output("out", "model.safetensors"), true);
        assertThat(names("out")).containsExactly("SHA256SUMS", "model.safetensors");
    }

    @Test
    void anOutputWithoutWeightsReplacesNone() throws Exception {
        write(output("out", "model.safetensors", "tokenizer.json"), false);
        assertThatThrownBy(() -> write(output("out", "tokenizer.json"), true))
                .hasMessageEndingWith(
                        "holds 'model.safetensors', and what would replace it holds no weights");
        assertThat(folder.resolve("out/model.safetensors")).exists();
    }

    @Test
    void aFolderIsReplacedWhereNamesCannotBeExchanged() throws Exception {
        write(output("out", "model.safetensors", "a"), false);
        var noExchange =
                new Disk() {
                    @Override
                    boolean exchange(Path one, Path other) {
                        return false;
                    }
                };
        try (var staging = Staging.open(output("out", "model.safetensors"), true, noExchange)) {
            try (var file = staging.create("model.safetensors")) {
                file.seal();
            }
            staging.publish();
        }
        assertThat(names("out")).containsExactly("SHA256SUMS", "model.safetensors");
        assertThat(names("")).containsExactly("out");
    }

    @Test
    void aFolderThatOnlyHoldsFoldersIsReplaced() throws Exception {
        Files.createDirectories(folder.resolve("out/empty"));
        write(output("out", "a"), true);
        assertThat(names("out")).containsExactly("SHA256SUMS", "a");
    }

    @Test
    void aFolderThatCannotBeFlushedIsAnError() {
        var failing =
                new Disk() {
                    @Override
                    void syncFolder(Path synced) throws IOException {
                        throw new IOException("Input/output error");
                    }
                };
        for (var destination :
                List.of(
                        output("out", "a"),
                        addition("x.gguf"),
                        Destination.model(folder.resolve("y.gguf")))) {
            assertThatThrownBy(
                            () -> {
                                try (var staging = Staging.open(destination, false, failing)) {
                                    for (String name : destination.names()) {
                                        try (var file = staging.create(name)) {
                                            file.seal();
                                        }
                                    }
                                    staging.publish();
                                }
                            })
                    .isInstanceOf(FileException.class)
                    .hasMessageEndingWith(": cannot be written: Input/output error");
        }
        assertThatThrownBy(() -> new Disk().syncFolder(folder.resolve("gone")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whatIsPublishedMayBeReadByWhomTheUserLets() throws Exception {
        Path plainFolder = Files.createDirectory(folder.resolve("plain"));
        var folders = Files.getPosixFilePermissions(plainFolder);
        var files = Files.getPosixFilePermissions(Files.createFile(plainFolder.resolve("file")));
        write(output("out", "a", "more/b"), false);
        write(addition("x.gguf"), false);
        write(addition("x.gguf"), true);
        write(Destination.model(folder.resolve("out/y.gguf")), false);
        try (Stream<Path> all = Files.walk(folder.resolve("out"))) {
            for (Path path : all.toList()) {
                assertThat(Files.getPosixFilePermissions(path))
                        .as(path.toString())
                        .isEqualTo(Files.isDirectory(path) ? folders : files);
            }
        }
    }

    @Test
    void everyDeepFolderErrorNamesTheFileThatTheUserKnows() throws Exception {
        var full =
                new Disk() {
                    @Override
                    void makeFolder(Path made) throws IOException {
                        if (made.endsWith("more")) {
                            throw new IOException("No space left on device");
                        }
                        super.makeFolder(made);
                    }
                };
        try (var staging = Staging.open(output("out", "more/c"), false, full)) {
            assertThatThrownBy(() -> staging.create("more/c"))
                    .hasMessage(folder.resolve("out/more/c") + ": the disk is full");
        }
    }

    // Files that join a folder

    private Destination addition(String... names) {
        return Destination.addition(folder.resolve("out"), List.of(names), "--out");
    }

    @Test
    void filesJoinAFolderAndItsList() throws Exception {
        write(output("out", "model.safetensors"), false);
        Files.writeString(folder.resolve("out/notes"), "mine");
        write(addition("x.gguf", "y.gguf"), false);
        assertThat(names("out"))
                .containsExactly("SHA256SUMS", "model.safetensors", "notes", "x.gguf", "y.gguf");
        assertThat(folder.resolve("out/SHA256SUMS"))
                .hasContent(
                        DIGEST
                                + "  model.safetensors\n"
                                + DIGEST
                                + "  x.gguf\n"
                                + DIGEST
                                + "  y.gguf\n");
        assertThat(folder.resolve("out/notes")).hasContent("mine");
    }

    @Test
    void anotherFileOfTheNameDoesNotGiveWay() throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("out")).resolve("x.gguf"), "");
        assertThatThrownBy(() -> write(addition("x.gguf"), false))
                .hasMessage(folder.resolve("out/x.gguf") + ": exists already");
        assertThatThrownBy(() -> write(addition("x.gguf"), true))
                .hasMessageEndingWith(
                        "holds what may not be removed: 'x.gguf' (it has no SHA256SUMS)");
    }

    @Test
    void aFileOfTheFolderIsReplacedAlone() throws Exception {
        write(addition("x.gguf", "y.gguf"), false);
        assertThat(addition("x.gguf").displaced(true))
                .isEqualTo(new Displaced(List.of("x.gguf", "SHA256SUMS"), List.of()));
        try (var staging = Staging.open(addition("x.gguf"), true)) {
            try (var file = staging.create("x.gguf")) {
                file.seal();
            }
            staging.publish();
        }
        assertThat(folder.resolve("out/x.gguf")).isEmptyFile();
        assertThat(Sums.read(folder.resolve("out/SHA256SUMS")).orElseThrow().digest("x.gguf"))
                .contains(Sums.digestOf(folder.resolve("out/x.gguf")));
        assertThat(names("out")).containsExactly("SHA256SUMS", "x.gguf", "y.gguf");
    }

    @Test
    void whatWasChangedBeforeTheListGrewIsStillKnown() throws Exception {
        write(output("out", "model.safetensors", "a.json"), false);
        Path list = folder.resolve("out/SHA256SUMS");
        Files.setLastModifiedTime(list, FileTime.fromMillis(1_000_000));
        for (String name : List.of("model.safetensors", "a.json")) {
            Files.setLastModifiedTime(
                    folder.resolve("out").resolve(name), FileTime.fromMillis(1_000_000));
        }
        Files.writeString(folder.resolve("out/a.json"), "{}");
        write(addition("x.gguf"), false);
        assertThatThrownBy(() -> write(output("out", "model.safetensors"), true))
                .hasMessageEndingWith(
                        "holds what may not be removed: 'a.json' (changed since it was written)");
    }

    // Single files

    @Test
    void aFileIsReplacedWithItsDigest() throws Exception {
        var model = Destination.model(folder.resolve("x.gguf"));
        write(model, false);
        assertThatThrownBy(() -> write(model, false)).hasMessageEndingWith("exists already");
        try (var staging = Staging.open(model, true)) {
            try (var file = staging.create("x.gguf")) {
                file.seal();
            }
            staging.publish();
        }
        assertThat(names("")).containsExactly("x.gguf", "x.gguf.sha256");
        assertThat(folder.resolve("x.gguf.sha256"))
                .hasContent(Sums.digestOf(folder.resolve("x.gguf")) + "  x.gguf\n");
    }

    @Test
    void aDigestWithoutItsFileIsNotInTheWay() throws Exception {
        Files.writeString(folder.resolve("x.gguf.sha256"), "0".repeat(64) + "  x.gguf\n");
        write(Destination.model(folder.resolve("x.gguf")), false);
        assertThat(folder.resolve("x.gguf.sha256")).hasContent(DIGEST + "  x.gguf\n");
    }

    @Test
    void somethingElseOfTheDigestsNameIsKept() throws Exception {
        Path mine = Files.writeString(folder.resolve("x.gguf.sha256"), "mine\n");
        assertThatThrownBy(() -> write(Destination.model(folder.resolve("x.gguf")), true))
                .hasMessageStartingWith(mine + ": is not the digest of 'x.gguf' alone");
        assertThat(mine).hasContent("mine\n");
    }

    @Test
    void aFileThatTheFolderListNamesIsNamedRightlyAgain() throws Exception {
        write(addition("x.gguf", "y.gguf"), false);
        Path x = folder.resolve("out/x.gguf");
        Staging.write(Destination.page(x, "--report"), new byte[0], true);
        assertThat(Sums.read(folder.resolve("out/SHA256SUMS")).orElseThrow().digest("x.gguf"))
                .contains(Sums.digestOf(x));
    }

    @Test
    void aPageThatHasADigestGetsItsOwn() throws Exception {
        var page = Destination.page(folder.resolve("x.txt"), "--pieces-out");
        Files.writeString(folder.resolve("x.txt"), "old");
        Files.writeString(folder.resolve("x.txt.sha256"), "0".repeat(64) + "  x.txt\n");
        assertThat(page.displaced(true))
                .isEqualTo(new Displaced(List.of("x.txt", "x.txt.sha256"), List.of()));
        write(page, true);
        assertThat(folder.resolve("x.txt.sha256")).hasContent(DIGEST + "  x.txt\n");
    }

    @Test
    void theDigestOfAFileOfAFolderStandsInTheListToo() throws Exception {
        write(addition("x.gguf"), false);
        var model = Destination.model(folder.resolve("out/x.gguf"));
        assertThat(model.displaced(true).replaced()).containsExactly("x.gguf", "SHA256SUMS");
        write(model, true);
        write(model, true);
        Sums list = Sums.read(folder.resolve("out/SHA256SUMS")).orElseThrow();
        assertThat(list.digest("x.gguf.sha256"))
                .contains(Sums.digestOf(folder.resolve("out/x.gguf.sha256")));
        write(output("out", "x.gguf"), true);
        assertThat(names("out")).containsExactly("SHA256SUMS", "x.gguf");
    }

    /// As `sha256sum --tag`, BSD's `sha256 -r` and editors that begin with a byte order mark write.
    @Test
    void listsThatOthersWroteNameTheFileRightlyAgain() throws Exception {
        Path list = Files.createDirectory(folder.resolve("out")).resolve("SHA256SUMS");
        String old = "0".repeat(64);
        for (String line :
                List.of(
                        "SHA256 (x.gguf) = " + old,
                        "SHA2-256(./x.gguf)= " + old,
                        old + " x.gguf",
                        "\uFEFF" + old.toUpperCase(Locale.ROOT) + " *x.gguf\r",
                        "\\" + old + "  x.gguf")) {
            Files.writeString(list, line + "\n");
            write(Destination.model(folder.resolve("out/x.gguf")), true);
            assertThat(list)
                    .as(line)
                    .content()
                    .startsWith(DIGEST + "  x.gguf\n")
                    .doesNotContain(old);
        }
    }

    @Test
    void linesOfOtherFilesKeepTheirBytes() throws Exception {
        Path list = Files.createDirectory(folder.resolve("out")).resolve("SHA256SUMS");
        byte[] line = (DIGEST + "  \u00c4\u00fc\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] zero = (DIGEST + "  a\0b\n").getBytes(StandardCharsets.ISO_8859_1);
        Files.write(list, line);
        Files.write(list, zero, StandardOpenOption.APPEND);
        write(addition("模型.gguf"), false);
        assertThat(list)
                .content(StandardCharsets.ISO_8859_1)
                .startsWith(
                        new String(line, StandardCharsets.ISO_8859_1)
                                + new String(zero, StandardCharsets.ISO_8859_1));
        assertThat(list)
                .content(StandardCharsets.ISO_8859_1)
                .endsWith(
                        new String(
                                (DIGEST + "  模型.gguf\n").getBytes(StandardCharsets.UTF_8),
                                StandardCharsets.ISO_8859_1));
    }

    // Inputs

    @Test
    void aListIsAnInputToo() throws Exception {
        write(addition("x.gguf"), false);
        Path list = folder.resolve("out/SHA256SUMS");
        assertThatThrownBy(() -> addition("y.gguf").requireApartFrom(List.of(list)))
                .hasMessageEndingWith("out/SHA256SUMS: is an input of this job");
    }

    /// Where one would have to be a file and a folder at once.
    @Test
    void noOutputIsBelowAnother() throws Exception {
        var models =
                List.of(
                        Destination.model(folder.resolve("x.gguf")),
                        Destination.model(folder.resolve("page.html/x.gguf")),
                        addition("x.gguf").at(folder.resolve("page.html")));
        var pages = List.of("x.gguf/page.html", "page.html", "page.html");
        for (int i = 0; i < models.size(); i++) {
            var page = Destination.page(folder.resolve(pages.get(i)), "--report");
            var other = models.get(i);
            assertThatThrownBy(() -> page.requireApartFrom(other))
                    .hasMessageEndingWith("is another output of this job");
        }
    }

    @Test
    void noInputIsAnOutput() throws Exception {
        Path input = Files.writeString(folder.resolve("x.imatrix"), "");
        Path link = Files.createLink(folder.resolve("y.html"), input);
        Path symbolic = Files.createSymbolicLink(folder.resolve("z"), input);
        Path model = Files.createDirectory(folder.resolve("model"));
        Files.createLink(folder.resolve("t.html"), Files.writeString(model.resolve("a.json"), ""));
        for (var destination :
                List.of(
                        Destination.model(input),
                        Destination.page(link, "--report"),
                        output("model", "a.json"),
                        Destination.page(folder.resolve("t.html"), "--report"))) {
            assertThatThrownBy(() -> destination.requireApartFrom(List.of(symbolic, model)))
                    .as(destination.toString())
                    .hasMessageContaining("is an input of this job");
        }
        Destination.model(folder.resolve("model/x.gguf")).requireApartFrom(List.of(model));
        Destination.page(folder.resolve("new.html"), "--report").requireApartFrom(List.of(model));
    }

    @Test
    void whatStandsBesideAnInputAndCannotBeReadIsInNobodysWay() throws Exception {
        Path model = Files.createDirectory(folder.resolve("model"));
        Path weights = Files.writeString(model.resolve("model.safetensors"), "");
        Files.createSymbolicLink(model.resolve("config.json"), folder.resolve("nowhere"));
        Files.createDirectory(model.resolve("more.json"));
        Destination page = Destination.page(folder.resolve("page.html"), "--report");
        page.requireApartFrom(List.of(model));
        page.requireApartFrom(List.of(weights));
        Files.setPosixFilePermissions(model, PosixFilePermissions.fromString("--x------"));
        try {
            page.requireApartFrom(List.of(weights));
        } finally {
            Files.setPosixFilePermissions(model, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void noInputIsInAFolderThatGivesWay() throws Exception {
        write(output("out", "model.safetensors"), false);
        Path inside = folder.resolve("out/model.safetensors");
        var destination = output("out", "model.safetensors");
        assertThatThrownBy(() -> destination.requireApartFrom(List.of(inside)))
                .hasMessage(folder.resolve("out") + ": holds an input of this job: " + inside);
        Path linked = Files.createLink(folder.resolve("elsewhere"), inside);
        assertThatThrownBy(() -> destination.requireApartFrom(List.of(linked)))
                .hasMessageContaining("is an input of this job");
        addition("x.gguf").requireApartFrom(List.of(inside));
    }
}
