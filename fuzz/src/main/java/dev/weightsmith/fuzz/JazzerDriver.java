package dev.weightsmith.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What Jazzer calls, by these names; `fuzz/run` starts it.
public final class JazzerDriver {
    private static @Nullable Trial trial;

    private JazzerDriver() {}

    /// @param arguments a target's label, and a folder for its corpus and for what it writes
    public static void fuzzerInitialize(String[] arguments) throws IOException {
        FuzzTarget target =
                FuzzTargets.ALL.stream()
                        .filter(each -> each.label().equals(arguments[0]))
                        .findFirst()
                        .orElseThrow();
        Path work = Path.of(arguments[1]);
        Path corpus = Files.createDirectories(work.resolve("corpus"));
        for (int i = 0; i < target.seeds().size(); i++) {
            Files.write(corpus.resolve("seed-" + i), target.seeds().get(i));
        }
        trial = new Trial(target, Files.createDirectories(work.resolve("scratch")));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        Objects.requireNonNull(trial).run(input);
    }
}
