package dev.weightsmith.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Between any two steps of a job another one may come that writes to the same place, and get as
/// far as a lock lets it: no list is wrong afterwards, and what a job says that it wrote is there.
class RacingJobsTest {
    @TempDir private Path root;
    private int cases;

    /// @param text of each of its files
    private record Job(Destination destination, String text, boolean overwrite) {
        /// @return why it could not be done
        Optional<FileException> run(Disk disk) throws IOException {
            try (var staging = Staging.open(destination, overwrite, disk)) {
                for (String name : destination.names()) {
                    try (var file = staging.create(name)) {
                        file.write(text.getBytes(StandardCharsets.UTF_8));
                        file.seal();
                    }
                }
                staging.publish();
                return Optional.empty();
            } catch (FileException e) {
                assertThat(e.problem().kind())
                        .as(e.toString())
                        .isEqualTo(ErrorKind.OUTPUT_CONFLICT);
                return Optional.of(e);
            }
        }

        boolean isThere() throws IOException {
            for (String name : destination.names()) {
                Path file = destination.folder().resolve(name);
                if (!Files.exists(file) || !Files.readString(file).equals(text)) {
                    return false;
                }
            }
            return true;
        }
    }

    /// @param beforeThat what is there before both
    private record Race(Optional<Job> beforeThat, Job first, Job second) {
        Race(Job first, Job second) {
            this(Optional.empty(), first, second);
        }

        Race(Job beforeThat, Job first, Job second) {
            this(Optional.of(beforeThat), first, second);
        }
    }

    private interface Expectation {
        void hold(Race race, boolean firstDone, boolean secondDone) throws IOException;
    }

    /// Says when its job comes to a lock, or to its end.
    private static final class SecondDisk extends SteppedDisk {
        private final CountDownLatch atLock = new CountDownLatch(1);

        @Override
        void step() {
            // Goes on.
        }

        @Override
        FolderLock lock(Path folder) {
            atLock.countDown();
            return super.lock(folder);
        }
    }

    private static final class FirstDisk extends SteppedDisk {
        private final SecondDisk second;
        private final FutureTask<Optional<FileException>> other;
        private int left;
        private boolean locks;

        FirstDisk(int steps, SecondDisk second, FutureTask<Optional<FileException>> other) {
            this.left = steps;
            this.second = second;
            this.other = other;
        }

        @Override
        void step() throws IOException {
            if (left-- == 0) {
                letTheOtherRun();
            }
        }

        void letTheOtherRun() throws IOException {
            Thread.ofPlatform().daemon().start(other);
            try {
                if (locks) {
                    second.atLock.await();
                } else {
                    other.get();
                }
            } catch (Exception e) {
                throw new IOException(e);
            }
        }

        @Override
        FolderLock lock(Path folder) {
            locks = true;
            return super.lock(folder);
        }
    }

    private void race(Function<Path, Race> races, Expectation expectation) throws Exception {
        for (int steps = 0, left = -1; left < 0; steps++) {
            Path home = Files.createDirectory(root.resolve(Integer.toString(cases++)));
            Race race = races.apply(home);
            if (race.beforeThat.isPresent()) {
                assertThat(race.beforeThat.get().run(new SecondDisk())).isEmpty();
            }
            var second = new SecondDisk();
            var other =
                    new FutureTask<>(() -> {
                        try {
                            return race.second.run(second);
                        } finally {
                            second.atLock.countDown();
                        }
                    });
            var first = new FirstDisk(steps, second, other);
            boolean firstDone = race.first.run(first).isEmpty();
            left = first.left;
            if (left >= 0) {
                first.letTheOtherRun();
            }
            boolean secondDone = other.get().isEmpty();
            String what = "the second before step %d of the first".formatted(steps);
            TrueLists.require(home, what);
            TrueLists.requireNoStage(home, what);
            assertThat(firstDone || secondDone).as(what).isTrue();
            try {
                expectation.hold(race, firstDone, secondDone);
            } catch (AssertionError e) {
                throw new AssertionError(what + ", done: " + firstDone + ", " + secondDone, e);
            }
        }
    }

    private static void requireOneThere(Race race, boolean firstDone, boolean secondDone)
            throws IOException {
        assertThat((firstDone && race.first.isThere()) || (secondDone && race.second.isThere()))
                .isTrue();
    }

    private static void requireOneDone(Race race, boolean firstDone, boolean secondDone)
            throws IOException {
        assertThat(firstDone && secondDone).isFalse();
        assertThat(race.first.isThere()).isEqualTo(firstDone);
        assertThat(race.second.isThere()).isEqualTo(secondDone);
    }

    private static void requireBothThere(Race race, boolean firstDone, boolean secondDone)
            throws IOException {
        assertThat(firstDone && secondDone).isTrue();
        assertThat(race.first.isThere() && race.second.isThere()).isTrue();
    }

    private static Destination folder(Path home, String... names) {
        return Destination.folder(home.resolve("out"), List.of(names));
    }

    private static Destination addition(Path home, String... names) {
        return Destination.addition(home.resolve("out"), List.of(names), "--out");
    }

    @Test
    void oneOfTwoNewFilesIsRefused() throws Exception {
        race(
                home -> {
                    var model = Destination.model(home.resolve("x.gguf"));
                    return new Race(
                            new Job(model, "first", false), new Job(model, "second", false));
                },
                RacingJobsTest::requireOneDone);
    }

    @Test
    void oneOfTwoNewFoldersIsRefused() throws Exception {
        race(
                home ->
                        new Race(
                                new Job(folder(home, "a", "b"), "first", false),
                                new Job(folder(home, "a", "c"), "second", false)),
                RacingJobsTest::requireOneDone);
    }

    @Test
    void aFileThatTwoReplaceHasItsDigest() throws Exception {
        race(
                home -> {
                    var model = Destination.model(home.resolve("x.gguf"));
                    return new Race(
                            new Job(model, "old", false),
                            new Job(model, "first", true),
                            new Job(model, "second", true));
                },
                RacingJobsTest::requireOneThere);
    }

    @Test
    void aFolderThatTwoReplaceIsThatOfOne() throws Exception {
        race(
                home ->
                        new Race(
                                new Job(folder(home, "a", "b"), "old", false),
                                new Job(folder(home, "a", "b"), "first", true),
                                new Job(folder(home, "a"), "second", true)),
                RacingJobsTest::requireOneThere);
    }

    @Test
    void aCacheThatTwoMakeIsThatOfOne() throws Exception {
        race(
                home -> {
                    var cache = Destination.cache(home.resolve("out"), List.of("a", "b"));
                    return new Race(
                            new Job(cache, "old", false),
                            new Job(cache, "first", true),
                            new Job(cache, "second", true));
                },
                RacingJobsTest::requireOneThere);
    }

    @Test
    void filesThatTwoAddAreBothNamed() throws Exception {
        race(
                home ->
                        new Race(
                                new Job(folder(home, "a"), "old", false),
                                new Job(addition(home, "x"), "first", false),
                                new Job(addition(home, "y"), "second", false)),
                (race, firstDone, secondDone) -> {
                    requireBothThere(race, firstDone, secondDone);
                    requireNamed(race, "a", "x", "y");
                });
    }

    @Test
    void filesThatTwoPutIntoANewFolderAreBothNamed() throws Exception {
        race(
                home ->
                        new Race(
                                new Job(addition(home, "x"), "first", false),
                                new Job(addition(home, "y"), "second", false)),
                (race, firstDone, secondDone) -> {
                    requireBothThere(race, firstDone, secondDone);
                    requireNamed(race, "x", "y");
                });
    }

    @Test
    void aFileOfAFolderAndOneThatIsAddedAreBothNamed() throws Exception {
        race(
                home ->
                        new Race(
                                new Job(addition(home, "x", "z"), "old", false),
                                new Job(Destination.model(home.resolve("out/x")), "first", true),
                                new Job(addition(home, "y"), "second", false)),
                (race, firstDone, secondDone) -> {
                    requireBothThere(race, firstDone, secondDone);
                    requireNamed(race, "x", "x.sha256", "y", "z");
                });
    }

    /// What was added while the folder was made is not deleted with the rest.
    @Test
    void aFileThatIsAddedDoesNotGoWithItsFolder() throws Exception {
        race(
                home ->
                        new Race(
                                new Job(folder(home, "a"), "old", false),
                                new Job(folder(home, "a"), "first", true),
                                new Job(addition(home, "y"), "second", false)),
                (race, _, secondDone) -> assertThat(race.second.isThere()).isEqualTo(secondDone));
    }

    private static void requireNamed(Race race, String... names) throws IOException {
        Path list = race.second.destination.path().resolve(Sums.NAME);
        assertThat(Sums.read(list).orElseThrow().lines())
                .extracting(Sums.Line::name)
                .containsExactlyInAnyOrder(names);
    }
}
