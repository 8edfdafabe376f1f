package dev.weightsmith.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A job may be killed between any two steps on the disk, and so may the next one, while it puts
/// right what the first has left: what has a final name is old or new, no list of digests is wrong,
/// and the run that is not killed leaves nothing behind.
class KilledJobTest {
    @TempDir private Path root;
    private int cases;

    /// What a file system can.
    private record Abilities(boolean exchange, boolean links) {
        private static final Abilities ALL = new Abilities(true, true);

        /// All, and none of those that a job needs.
        static List<Abilities> of(Job job) {
            boolean isFolder = job.destination(Path.of("")).form() == Destination.Form.FOLDER;
            return List.of(ALL, new Abilities(!isFolder, isFolder));
        }
    }

    /// Its process is killed before a step: nothing is done from there on.
    private static final class DyingDisk extends SteppedDisk {
        private final Abilities abilities;
        private int left;

        DyingDisk(Abilities abilities, int left) {
            this.abilities = abilities;
            this.left = left;
        }

        static DyingDisk immortal(Abilities abilities) {
            return new DyingDisk(abilities, Integer.MAX_VALUE);
        }

        static DyingDisk immortal() {
            return immortal(Abilities.ALL);
        }

        boolean isDead() {
            return left < 0;
        }

        @Override
        void step() throws IOException {
            if (isDead() || left-- == 0) {
                throw new IOException("killed");
            }
        }

        @Override
        void link(Path name, Path existing) throws IOException {
            if (!abilities.links) {
                throw new UnsupportedOperationException();
            }
            super.link(name, existing);
        }

        @Override
        boolean exchange(Path one, Path other) {
            return abilities.exchange && super.exchange(one, other);
        }
    }

    enum Job {
        FILE_NEW(false) {
            @Override
            Destination destination(Path home) {
                return Destination.model(home.resolve("x.gguf"));
            }
        },
        FILE_BESIDE_AN_ORPHAN_DIGEST(false) {
            @Override
            void prepare(Path home) throws IOException {
                Files.writeString(home.resolve("x.gguf.sha256"), "0".repeat(64) + "  x.gguf\n");
            }

            @Override
            Destination destination(Path home) {
                return Destination.model(home.resolve("x.gguf"));
            }
        },
        FILE_OVERWRITTEN(true) {
            @Override
            void prepare(Path home) throws IOException {
                write(
                        Destination.model(home.resolve("x.gguf")),
                        "old",
                        false,
                        DyingDisk.immortal());
            }

            @Override
            Destination destination(Path home) {
                return Destination.model(home.resolve("x.gguf"));
            }
        },
        FILE_OF_A_FOLDER_OVERWRITTEN(true) {
            @Override
            void prepare(Path home) throws IOException {
                write(
                        Destination.addition(home.resolve("out"), List.of("x", "y"), "--out"),
                        "old",
                        false,
                        DyingDisk.immortal());
                write(
                        Destination.model(home.resolve("out/x")),
                        "older",
                        true,
                        DyingDisk.immortal());
            }

            @Override
            Destination destination(Path home) {
                return Destination.model(home.resolve("out/x"));
            }
        },
        PAGE_OVERWRITTEN(true) {
            @Override
            void prepare(Path home) throws IOException {
                Files.writeString(home.resolve("x.html"), "old");
            }

            @Override
            Destination destination(Path home) {
                return Destination.page(home.resolve("x.html"), "--report");
            }
        },
        FOLDER_NEW(false) {
            @Override
            Destination destination(Path home) {
                return Destination.folder(home.resolve("out"), List.of("a", "b/c"));
            }
        },
        FOLDER_OVERWRITTEN(true) {
            @Override
            void prepare(Path home) throws IOException {
                write(
                        Destination.folder(home.resolve("out"), List.of("b/c", "d")),
                        "old",
                        false,
                        DyingDisk.immortal());
            }

            @Override
            Destination destination(Path home) {
                return Destination.folder(home.resolve("out"), List.of("a", "b/c"));
            }
        },
        CACHE_OVERWRITTEN(true) {
            @Override
            void prepare(Path home) throws IOException {
                write(
                        Destination.cache(home.resolve("out"), List.of("a", "b")),
                        "old",
                        false,
                        DyingDisk.immortal());
            }

            @Override
            Destination destination(Path home) {
                return Destination.cache(home.resolve("out"), List.of("b", "c"));
            }
        },
        FILES_ADDED(false) {
            @Override
            void prepare(Path home) throws IOException {
                write(
                        Destination.folder(home.resolve("out"), List.of("a", "b")),
                        "old",
                        false,
                        DyingDisk.immortal());
                Files.writeString(home.resolve("out/notes"), "mine");
            }

            @Override
            Destination destination(Path home) {
                return Destination.addition(home.resolve("out"), List.of("x", "more/y"), "--out");
            }
        },
        FILES_OF_A_FOLDER_OVERWRITTEN(true) {
            @Override
            void prepare(Path home) throws IOException {
                write(
                        Destination.addition(
                                home.resolve("out"), List.of("x", "y", "other"), "--out"),
                        "old",
                        false,
                        DyingDisk.immortal());
            }

            @Override
            Destination destination(Path home) {
                return Destination.addition(home.resolve("out"), List.of("x", "y", "z"), "--out");
            }
        };

        private final boolean overwrite;

        Job(boolean overwrite) {
            this.overwrite = overwrite;
        }

        /// What is there before.
        void prepare(Path home) throws IOException {
            // Nothing.
        }

        abstract Destination destination(Path home);

        void run(Path home, Disk disk) throws IOException {
            write(destination(home), "new", overwrite, disk);
        }

        /// @param text what each file holds, with its name
        static void write(Destination destination, String text, boolean overwrite, Disk disk)
                throws IOException {
            try (var staging = Staging.open(destination, overwrite, disk)) {
                for (String name : destination.names()) {
                    try (var file = staging.create(name)) {
                        file.write((text + " " + name).getBytes(StandardCharsets.UTF_8));
                        file.seal();
                    }
                }
                staging.publish();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whateverStepIsTheLast(Job job) throws IOException {
        for (Abilities abilities : Abilities.of(job)) {
            var scene = new Scene(job, abilities);
            boolean died = true;
            for (int steps = 0; died; steps++) {
                Path home = scene.begin();
                died = scene.dies(home, steps);
                if (scene.isNew(home)) {
                    scene.end(home, "killed before step " + steps);
                }
            }
        }
    }

    /// While it deals with what the first has left; from there on it is like a first one.
    @ParameterizedTest
    @EnumSource
    void whateverStepOfTheNextRunIsTheLast(Job job) throws IOException {
        for (Abilities abilities : Abilities.of(job)) {
            var scene = new Scene(job, abilities);
            boolean died = true;
            for (int steps = 0; died; steps++) {
                boolean isLeft = true;
                for (int more = 0; isLeft; more++) {
                    Path home = scene.begin();
                    died = scene.dies(home, steps);
                    List<Path> left = stages(home);
                    isLeft = !left.isEmpty() && (more > 0 || scene.isNew(home));
                    if (isLeft) {
                        scene.dies(home, more);
                        isLeft = left.stream().anyMatch(Files::exists);
                        scene.end(
                                home,
                                "killed before step %d, then before step %d"
                                        .formatted(steps, more));
                    }
                }
            }
        }
    }

    private static List<Path> stages(Path home) throws IOException {
        return TrueLists.all(home).stream()
                .filter(path -> path.getFileName().toString().contains(PrivateFolder.MARK))
                .toList();
    }

    /// What a job begins with and should end with.
    private final class Scene {
        private final Job job;
        private final Abilities abilities;
        private final Map<String, String> before;
        private final Map<String, String> after;

        /// What is found alike is dealt with alike.
        private final Set<Map<String, String>> seen = new HashSet<>();

        Scene(Job job, Abilities abilities) throws IOException {
            this.job = job;
            this.abilities = abilities;
            Path home = begin();
            before = files(home);
            job.run(home, DyingDisk.immortal(abilities));
            after = files(home);
            delete(home);
        }

        Path begin() throws IOException {
            Path home = Files.createDirectory(root.resolve(Integer.toString(cases++)));
            job.prepare(home);
            return home;
        }

        /// @return whether the job was killed before that step, and not done before
        boolean dies(Path home, int step) throws IOException {
            var disk = new DyingDisk(abilities, step);
            try {
                job.run(home, disk);
            } catch (FileException e) {
                if (!disk.isDead()) {
                    assertThat(e).hasMessageContaining("exists already");
                }
            }
            return disk.isDead();
        }

        boolean isNew(Path home) throws IOException {
            return seen.add(tree(home));
        }

        /// Looks at what is there, and lets the next run come to its end.
        void end(Path home, String when) throws IOException {
            requireWhole(home, when);
            finish(home, when);
            delete(home);
        }

        private void requireWhole(Path home, String when) throws IOException {
            Map<String, String> now = files(home);
            String what = "%s, %s: %s".formatted(abilities, when, now);
            if (job.destination(home).form() == Destination.Form.FOLDER) {
                assertThat(now).as(what).isIn(before, after, Map.of());
                if (abilities.exchange) {
                    assertThat(now).as(what).isIn(before, after);
                }
            }
            var names = new TreeSet<>(before.keySet());
            names.addAll(after.keySet());
            assertThat(now.keySet()).as(what).isSubsetOf(names);
            for (String name : names) {
                String found = now.get(name);
                boolean mayMiss =
                        TrueLists.isList(name)
                                || before.get(name) == null
                                || !abilities.links
                                || !abilities.exchange;
                if (found != null || !mayMiss) {
                    assertThat(found).as(what).isIn(before.get(name), after.get(name));
                }
            }
            boolean orphaned = job == Job.FILE_BESIDE_AN_ORPHAN_DIGEST && now.equals(before);
            if (!orphaned) {
                TrueLists.require(home, what);
            }
        }

        /// Lets the next run come to its end.
        private void finish(Path home, String when) throws IOException {
            try {
                job.run(home, DyingDisk.immortal(abilities));
            } catch (FileException e) {
                assertThat(e).as(when).hasMessageContaining("exists already");
                assertThat(job.overwrite).as(when).isFalse();
            }
            String what = "%s, %s, then run".formatted(abilities, when);
            assertThat(files(home)).as(what).isEqualTo(after);
            TrueLists.require(home, what);
            TrueLists.requireNoStage(home, what);
        }
    }

    /// What all files hold, without those in stages.
    private static Map<String, String> files(Path home) throws IOException {
        Map<String, String> files = tree(home);
        files.keySet().removeIf(name -> name.contains(PrivateFolder.MARK));
        return files;
    }

    /// What all files hold.
    private static Map<String, String> tree(Path home) throws IOException {
        var files = new TreeMap<String, String>();
        for (Path path : TrueLists.all(home)) {
            if (Files.isRegularFile(path)) {
                files.put(
                        Destination.relative(home, path)
                                .replaceAll(
                                        Pattern.quote(PrivateFolder.MARK) + "[0-9a-f]{12}",
                                        PrivateFolder.MARK),
                        Files.readString(path));
            }
        }
        return files;
    }

    private static void delete(Path home) throws IOException {
        for (Path path : TrueLists.all(home).reversed()) {
            Files.delete(path);
        }
    }
}
