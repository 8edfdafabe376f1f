package dev.weightsmith.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.output.QuantizePlan;
import dev.weightsmith.output.QuantizeRequest;
import dev.weightsmith.plan.PlanFile;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.testing.Samples;
import dev.weightsmith.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobTest {
    @TempDir private Path folder;

    /// Fails as soon as something is read for longer than headers take.
    private static final Progress NOTHING_LONG =
            new Progress() {
                @Override
                public void begin(String what, long totalBytes) {
                    throw new AssertionError(what);
                }

                @Override
                public void advance(long bytes) {
                    throw new AssertionError();
                }

                @Override
                public void end() {}
            };

    private static Target target(Path out, Set<Format> formats, List<FileType> types) {
        return new Target(
                out,
                formats,
                types,
                Long.MAX_VALUE,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                QuantizePlan.stem(out),
                false,
                true,
                QuantizeRequest.plain());
    }

    private Path out(String name) {
        return folder.resolve(name);
    }

    /// A model that is called like a published one, and is another.
    private Request misnamed(boolean strict) throws IOException {
        Path model = TinyModel.copy(Samples.base(), folder.resolve("llama-7b"));
        return new Request(
                Merging.nothing(model),
                target(out("out"), EnumSet.of(Format.HF), List.of()),
                strict);
    }

    @Test
    void planningReadsNoWeightsWhateverTheFolderIsCalled() throws IOException {
        try (Planned planned = Job.plan(misnamed(false), NOTHING_LONG)) {
            assertThat(planned.known())
                    .containsExactly(folder.resolve("llama-7b/consolidated.00.pth"));
            assertThat(planned.findings())
                    .noneMatch(finding -> finding.severity() == Finding.Severity.WARNING);
        }
    }

    @Test
    void runWarnsOfAnInputThatIsNotWhatItIsCalled() throws IOException {
        try (Planned planned = Job.plan(misnamed(false), Progress.NONE)) {
            Job.Done done = Job.run(planned, EngineOptions.defaults(), Progress.NONE);
            assertThat(done.findings().getLast().severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(done.findings().getLast().problem().message())
                    .startsWith("is called like")
                    .contains("published is 700df0d3013b");
        }
        assertThat(out("out/model.safetensors")).exists();
    }

    @Test
    void strictRunPublishesNothingOfIt() throws IOException {
        try (Planned planned = Job.plan(misnamed(true), Progress.NONE)) {
            assertThatThrownBy(() -> Job.run(planned, EngineOptions.defaults(), Progress.NONE))
                    .isInstanceOfSatisfying(
                            PlanException.class,
                            e ->
                                    assertThat(e.problems().getFirst().kind())
                                            .isEqualTo(ErrorKind.CHECK_FAILED));
        }
        assertThat(out("out")).doesNotExist();
    }

    static Stream<Arguments> outputs() {
        return Stream.of(
                Arguments.of("hf", EnumSet.of(Format.HF), List.of()),
                Arguments.of("hf-bin", EnumSet.of(Format.HF_BIN), List.of(FileType.BF16)),
                Arguments.of("meta", EnumSet.of(Format.META), List.of()),
                Arguments.of("x.gguf", EnumSet.of(Format.GGUF), List.of(FileType.Q4_K_M)),
                Arguments.of(
                        "types", EnumSet.of(Format.GGUF), List.of(FileType.Q8_0, FileType.Q5_K_S)),
                Arguments.of("both", EnumSet.of(Format.HF, Format.GGUF), List.of(FileType.Q4_0)));
    }

    private static Request merge(Path out, Set<Format> formats, List<FileType> types) {
        return new Request(
                new Merging(Samples.base(), Samples.adapters(), false),
                target(out, formats, types),
                false);
    }

    @ParameterizedTest
    @MethodSource("outputs")
    void storedPlanIsEqualAndMakesTheSameBytes(
            String name, Set<Format> formats, List<FileType> types) throws IOException {
        Path file = folder.resolve("plan.json");
        String id;
        try (Planned planned = Job.plan(merge(out(name), formats, types), Progress.NONE);
                Planned again = Job.plan(merge(out(name), formats, types), Progress.NONE)) {
            id = PlanFile.id(planned.plan());
            assertThat(PlanFile.id(again.plan())).isEqualTo(id);
            Files.write(file, PlanFile.of(planned.plan(), planned.sources()).bytes());
            Job.run(planned, EngineOptions.defaults(), Progress.NONE);
            try (Planned stored = StoredPlan.open(file, out("again").resolve(name))) {
                assertThat(stored.plan()).isEqualTo(planned.plan());
                assertThat(PlanFile.id(stored.plan())).isEqualTo(id);
                Job.run(stored, EngineOptions.defaults(), Progress.NONE);
            }
        }
        assertThat(sums(out("again").resolve(name))).isEqualTo(sums(out(name)));
    }

    /// The digests of all files, but for the name of the list of a single one.
    private static Map<String, String> sums(Path output) throws IOException {
        var sums = new TreeMap<String, String>();
        Path list =
                Files.isDirectory(output)
                        ? output.resolve("SHA256SUMS")
                        : output.resolveSibling(output.getFileName() + ".sha256");
        for (String line : Files.readAllLines(list)) {
            sums.put(line.substring(66), line.substring(0, 64));
        }
        return sums;
    }

    @Test
    void planOfFilesThatChangedIsRefused() throws IOException {
        Path model = TinyModel.copy(Samples.base(), folder.resolve("model"));
        Path file = folder.resolve("plan.json");
        var request =
                new Request(
                        Merging.nothing(model),
                        target(out("out"), EnumSet.of(Format.HF), List.of()),
                        false);
        try (Planned planned = Job.plan(request, Progress.NONE)) {
            Files.write(file, PlanFile.of(planned.plan(), planned.sources()).bytes());
        }
        Files.copy(
                Samples.adapters().getFirst().resolve("adapter_model.bin"),
                model.resolve("consolidated.00.pth"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> StoredPlan.open(file, out("out")))
                .isInstanceOfSatisfying(
                        FileException.class,
                        e -> assertThat(e.problem().kind()).isEqualTo(ErrorKind.CHANGED));
    }

    @Test
    void laterTimeOfModificationAloneChangesNothing() throws IOException {
        Path model = TinyModel.copy(Samples.base(), folder.resolve("model"));
        Path file = folder.resolve("plan.json");
        var request =
                new Request(
                        Merging.nothing(model),
                        target(out("out"), EnumSet.of(Format.HF), List.of()),
                        false);
        String id;
        try (Planned planned = Job.plan(request, Progress.NONE)) {
            id = PlanFile.id(planned.plan());
            Files.write(file, PlanFile.of(planned.plan(), planned.sources()).bytes());
        }
        Files.setLastModifiedTime(model.resolve("consolidated.00.pth"), FileTime.fromMillis(0));
        try (Planned stored = StoredPlan.open(file, out("out"));
                Planned planned = Job.plan(request, Progress.NONE)) {
            assertThat(PlanFile.id(stored.plan())).isEqualTo(id);
            assertThat(PlanFile.id(planned.plan())).isEqualTo(id);
        }
    }
}
