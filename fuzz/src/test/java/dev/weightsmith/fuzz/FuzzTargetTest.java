package dev.weightsmith.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Some seconds of fuzzing in every build; `fuzz/run` goes on for hours.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuzzTargetTest {
    private static final int EDITED_INPUTS = 600;

    private static final Path MODULE = Path.of(System.getProperty("basedir", "."));

    @TempDir private Path folder;

    static List<FuzzTarget> targets() {
        return FuzzTargets.ALL;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void seedsAreRead(FuzzTarget target) {
        var trial = new Trial(target, folder);
        for (byte[] seed : target.seeds()) {
            assertThat(trial.run(seed)).as(() -> Arrays.toString(seed)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void storedFindingsAreMended(FuzzTarget target) throws IOException {
        var trial = new Trial(target, folder);
        for (Path finding : findings(target)) {
            byte[] input = Files.readAllBytes(finding);
            assertThatCode(() -> trial.run(input))
                    .as(finding.toString())
                    .doesNotThrowAnyException();
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("targets")
    void editedInputsAreReadOrRefused(FuzzTarget target) throws IOException {
        var trial = new Trial(target, folder);
        List<byte[]> inputs = new ArrayList<>(target.seeds());
        for (Path finding : findings(target)) {
            inputs.add(Files.readAllBytes(finding));
        }
        var edits = new Edits(FuzzTargets.ALL.indexOf(target), inputs);
        for (int i = 0; i < EDITED_INPUTS; i++) {
            byte[] input = edits.next();
            try {
                trial.run(input);
            } catch (AssertionError | StackOverflowError | OutOfMemoryError e) {
                Path kept = Files.createDirectories(MODULE.resolve("target/findings"));
                kept = Files.write(kept.resolve(target.label() + "-" + i), input);
                throw new AssertionError("%s: %s".formatted(kept, e.getMessage()), e);
            }
        }
    }

    private static List<Path> findings(FuzzTarget target) throws IOException {
        Path stored = MODULE.resolve("corpus").resolve(target.label());
        if (!Files.isDirectory(stored)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(stored)) {
            return files.sorted().toList();
        }
    }
}
