package dev.weightsmith.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.Finding;
import dev.weightsmith.output.QuantizeRequest;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.testing.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelNoteTest {
    private static final String KERNELS = "weightsmith.kernels";

    @TempDir private Path folder;

    @BeforeEach
    void askForJava() {
        System.setProperty(KERNELS, "java");
        Assumptions.assumeTrue(
                Engine.kernels().contains(", java"), "skipped: no native kernels here");
    }

    @AfterEach
    void forgetTheChoice() {
        System.clearProperty(KERNELS);
    }

    private List<String> notes(FileType... types) throws IOException {
        var target =
                new Target(
                        folder.resolve("out"),
                        EnumSet.of(Format.HF),
                        List.of(types),
                        Long.MAX_VALUE,
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "out",
                        false,
                        false,
                        QuantizeRequest.plain());
        var request = new Request(Merging.nothing(Samples.base()), target, false);
        try (Planned planned = Job.plan(request, Progress.NONE)) {
            return planned.findings().stream()
                    .filter(finding -> finding.severity() == Finding.Severity.NOTE)
                    .map(finding -> finding.problem().toString())
                    .toList();
        }
    }

    @Test
    void computingWithJavaInsteadOfNativeKernelsIsNotedWithTheReason() throws IOException {
        assertThat(notes(FileType.BF16))
                .contains("computes with the Java kernels: weightsmith.kernels asks for them");
    }

    @Test
    void nothingIsSaidOfKernelsWhereNothingIsComputed() throws IOException {
        assertThat(notes()).noneMatch(note -> note.contains("kernels"));
    }
}
