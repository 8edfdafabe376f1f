package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Finding;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.Refused;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.testing.EditedGguf;
import dev.weightsmith.testing.MemoryCheckpoint;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Models of quantized weights, where plain numbers are wanted.
class FloatWeightsTest {
    @TempDir private Path folder;
    private Path quantized;
    private List<Path> lora;

    @BeforeEach
    void inputs() {
        quantized = SharedData.path("tiny/gguf/tiny-base-q8_0.gguf");
        lora = List.of(SharedData.path("tiny/lora-llama-plus"));
    }

    private static FoldOptions as(DType type) {
        return new FoldOptions(false, false, Optional.of(type), PublishedAdapters.UNKNOWN);
    }

    private static OutputOptions in(DType type) {
        return new OutputOptions(
                Optional.of(type), Long.MAX_VALUE, Optional.empty(), Optional.empty());
    }

    private Path write(Folded folded, String name, DType type) throws IOException {
        Plan plan = HuggingFaceOutput.plan(folded.model(), in(type));
        return Runs.run(plan, folder.resolve(name), folded.model().sources()).target();
    }

    /// One pass is two passes.
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "F32"})
    void foldIntoQuantizedWeightsIsTheFoldIntoWhatTheyStandFor(DType type) throws IOException {
        Path once;
        try (Folded folded = Folded.open(quantized, lora, as(type))) {
            once = write(folded, "once", type);
        }
        Path converted;
        try (Folded folded = Folded.open(quantized, List.of(), false)) {
            converted = write(folded, "converted", type);
        }
        Path twice;
        try (Folded folded = Folded.open(converted, lora, false)) {
            twice = write(folded, "twice", type);
        }
        try (var one = Formats.open(once);
                var other = Formats.open(twice)) {
            assertThat(Tensors.digests(one)).isEqualTo(Tensors.digests(other));
        }
    }

    @Test
    void foldIntoQuantizedWeightsIsWarnedOf() throws IOException {
        try (Folded folded = Folded.open(quantized, lora, as(DType.F16))) {
            assertThat(folded.findings())
                    .filteredOn(finding -> finding.severity() == Finding.Severity.WARNING)
                    .singleElement()
                    .satisfies(finding ->
                            assertThat(finding.problem().toString())
                                    .contains("is quantized (Q8_0)"));
        }
    }

    @Test
    void conversionIsNotWarnedOf() throws IOException {
        try (Folded folded = Folded.open(quantized, List.of(), as(DType.F16))) {
            assertThat(folded.findings())
                    .noneMatch(finding -> finding.severity() == Finding.Severity.WARNING);
        }
    }

    @Test
    void withoutATypeNothingIsFoldedIntoQuantizedWeights() {
        Refused.plan(
                () -> Folded.open(quantized, lora, false),
                ErrorKind.UNSUPPORTED,
                "changes 'model.embed_tokens.weight', which the model holds as Q8_0");
    }

    /// A model with a tensor in a type of llama.cpp's of which nothing here knows the values.
    private Path unreadable() throws IOException {
        String name = "blk.0.ffn_up.weight";
        return EditedGguf.write(
                SharedData.path("kq/kq-f16.gguf"),
                folder.resolve("iq2.gguf"),
                file -> {
                    var shape = file.tensor(name).shape();
                    file.putAll(
                            new MemoryCheckpoint()
                                    .with(name, DType.IQ2_XXS, 0, shape.rows(), shape.columns()));
                });
    }

    @Test
    void valuesThatNobodyCanReadAreRefusedByEveryFolder() throws IOException {
        try (LlamaModel model = LlamaModel.open(unreadable())) {
            String words = "is IQ2_XXS, whose values cannot be read as numbers";
            for (var container : HuggingFaceOutput.Container.values()) {
                Refused.plan(
                        () -> HuggingFaceOutput.plan(model, in(DType.F16), container),
                        ErrorKind.UNSUPPORTED,
                        words);
            }
            Refused.plan(
                    () -> MetaOutput.plan(model, in(DType.F16), OptionalInt.empty()),
                    ErrorKind.UNSUPPORTED,
                    words);
        }
    }

    @Test
    void valuesThatNobodyCanReadTakeNoAdapter() throws IOException {
        Path model = unreadable();
        Refused.plan(
                () -> Folded.open(model, lora, as(DType.F16)),
                ErrorKind.UNSUPPORTED,
                "is IQ2_XXS, whose values cannot be read as numbers");
    }

    @Test
    void metaCheckpointStaysUnquantized() throws IOException {
        try (LlamaModel model = LlamaModel.open(quantized)) {
            Refused.plan(
                    () -> MetaOutput.plan(model, OutputOptions.defaults(), OptionalInt.empty()),
                    ErrorKind.UNSUPPORTED,
                    "is Q8_0, which a Meta checkpoint does not have");
        }
    }
}
