package dev.weightsmith.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileDigesterTest {
    private static final int PIECE = 1 << 18;

    @TempDir private Path folder;

    private Path file(String name, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(folder.resolve(name), content);
    }

    private static Digest expected(Path file) throws IOException {
        var algorithm = Digest.algorithm();
        algorithm.update(Files.readAllBytes(file));
        return Digest.of(algorithm);
    }

    private static List<DigestedFile> digest(int threads, Progress progress, List<Path> files) {
        var results = new ArrayList<DigestedFile>();
        new FileDigester(threads, progress).digest(files, results::add);
        return results;
    }

    private static Problem problem(Path file) {
        return switch (digest(1, Progress.NONE, List.of(file)).getFirst()) {
            case DigestedFile.Failed failed -> failed.problem();
            case DigestedFile.Done done -> throw new AssertionError(done.toString());
        };
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 1, 16384, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE - 1, 3_000_000})
    void digestIsThatOfAllBytes(int bytes) throws IOException {
        Path file = file("a", bytes);
        assertThat(FileDigester.digest(file)).isEqualTo(expected(file));
    }

    @Test
    void resultsComeInTheOrderOfTheFiles() throws IOException {
        var files = List.of(file("large", 5_000_000), file("small", 10), file("none", 0));
        assertThat(digest(3, Progress.NONE, files))
                .extracting(DigestedFile::file)
                .containsExactlyElementsOf(files);
    }

    @Test
    void failureLeavesTheOthersAlone() throws IOException {
        Path good = file("good", 10);
        var results = digest(2, Progress.NONE, List.of(folder.resolve("missing"), good));
        assertThat(results.getLast()).isEqualTo(new DigestedFile.Done(good, expected(good), 10));
    }

    @Test
    void missingFileIsAnIoError() {
        assertThat(problem(folder.resolve("missing")))
                .isEqualTo(Problem.of(ErrorKind.IO, folder.resolve("missing"), "no such file"));
    }

    @Test
    void folderIsRefused() {
        assertThat(problem(folder).message()).isEqualTo("is a folder, expected a file");
    }

    @Test
    void fifoIsRefusedBeforeItIsOpened() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThat(problem(fifo).message()).isEqualTo("is not a regular file"));
    }

    @Test
    void deviceIsRefused() {
        assertThat(problem(Path.of("/dev/zero")).message()).isEqualTo("is not a regular file");
    }

    @Test
    void linkToADeviceIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/dev/zero"));
        assertThat(problem(link).message()).isEqualTo("is not a regular file");
    }

    /// Does `change` when half of a file of 8 pieces is digested.
    private ErrorKind kindAfter(ThrowingChange change) throws IOException {
        Path file = file("changing", 8 * PIECE);
        var done = new AtomicLong();
        var progress =
                new Progress() {
                    @Override
                    public void begin(String what, long totalBytes) {}

                    @Override
                    public void advance(long bytes) {
                        if (done.addAndGet(bytes) == 4 * PIECE) {
                            try {
                                change.to(file);
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        }
                    }

                    @Override
                    public void end() {}
                };
        return switch (digest(1, progress, List.of(file)).getFirst()) {
            case DigestedFile.Failed failed -> failed.problem().kind();
            case DigestedFile.Done done1 -> throw new AssertionError(done1.toString());
        };
    }

    private interface ThrowingChange {
        void to(Path file) throws IOException;
    }

    @Test
    void growingFileHasChanged() throws IOException {
        assertThat(kindAfter(file -> Files.write(file, new byte[1], StandardOpenOption.APPEND)))
                .isEqualTo(ErrorKind.CHANGED);
    }

    @Test
    void shrinkingFileHasChanged() throws IOException {
        assertThat(
                        kindAfter(file -> {
                            try (var channel =
                                    java.nio.channels.FileChannel.open(
                                            file, StandardOpenOption.WRITE)) {
                                channel.truncate(10);
                            }
                        }))
                .isEqualTo(ErrorKind.CHANGED);
    }

    @Test
    void fileOfOtherTimeHasChanged() throws IOException {
        assertThat(
                        kindAfter(file ->
                                Files.setLastModifiedTime(
                                        file, java.nio.file.attribute.FileTime.fromMillis(1))))
                .isEqualTo(ErrorKind.CHANGED);
    }

    @Test
    void replacedFileHasChanged() throws IOException {
        assertThat(
                        kindAfter(file -> {
                            Path other = file.resolveSibling("other");
                            Files.copy(
                                    file, other, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                            Files.move(other, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                        }))
                .isEqualTo(ErrorKind.CHANGED);
    }

    @Test
    void vanishedFileIsAnIoError() throws IOException {
        assertThat(kindAfter(Files::delete)).isEqualTo(ErrorKind.IO);
    }

    @Test
    void progressReachesTheTotal() throws IOException {
        var total = new AtomicLong();
        var done = new AtomicLong();
        var ends = new AtomicLong();
        digest(
                2,
                new Progress() {
                    @Override
                    public void begin(String what, long totalBytes) {
                        total.set(totalBytes);
                    }

                    @Override
                    public void advance(long bytes) {
                        done.addAndGet(bytes);
                    }

                    @Override
                    public void end() {
                        ends.incrementAndGet();
                    }
                },
                List.of(file("a", 1_000_000), file("b", 5), folder.resolve("missing")));
        assertThat(List.of(total.get(), done.get(), ends.get()))
                .containsExactly(1_000_005L, 1_000_005L, 1L);
    }

    @Test
    void whatTheReceiverThrowsIsThrown() throws IOException {
        var files = List.of(file("a", 10), file("b", 5_000_000));
        assertThatThrownBy(() ->
                        new FileDigester(1, Progress.NONE)
                                .digest(
                                        files,
                                        _ -> {
                                            throw new IllegalStateException("closed pipe");
                                        }))
                .hasMessage("closed pipe");
    }
}
