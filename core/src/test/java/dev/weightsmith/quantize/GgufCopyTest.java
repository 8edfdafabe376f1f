package dev.weightsmith.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.format.Refused;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.model.Folded;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.testing.MemoryCheckpoint;
import dev.weightsmith.testing.Runs;
import dev.weightsmith.tokenizer.ChatTemplates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a conversion from GGUF to GGUF is that names no type.
class GgufCopyTest {
    @TempDir private Path folder;

    private static GgufCopy plain(LlamaModel model) {
        return new GgufCopy(GgufCopy.file(model).orElseThrow(), Optional.empty(), Optional.empty());
    }

    private static void copy(LlamaModel model, String stem, Path out, QuantizeRequest request)
            throws IOException {
        Runs.run(plain(model).plan(stem, out, request), out, model.sources());
    }

    private static void assertSameBytes(Path one, Path other) throws IOException {
        assertThat(Files.mismatch(one, other)).as(one + " and " + other).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny/gguf/tiny-base-q8_0.gguf",
                "tiny/gguf/tiny-base-f32.gguf",
                "tiny/gguf/tiny-base-bf16.gguf",
                "tiny/gguf/tiny-alpaca-plus-f16.gguf"
            })
    void fileOfLlamaCppIsWrittenAgainByteForByte(String name) throws IOException {
        Path source = SharedData.path(name);
        Path out = folder.resolve("out.gguf");
        try (LlamaModel model = LlamaModel.open(source)) {
            copy(model, "out", out, QuantizeRequest.plain());
        }
        assertSameBytes(source, out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Q4_K_M", "IQ4_XS", "Q2_K", "Q5_1"})
    void quantizedFileIsWrittenAgainByteForByte(String type) throws IOException {
        Path quantized = folder.resolve("q.gguf");
        try (GgufFile file = GgufFile.open(SharedData.path("kq/kq-f16.gguf"))) {
            QuantizeSource source = QuantizeSource.of(file);
            Runs.run(
                    QuantizePlan.of(
                                    source,
                                    "q",
                                    quantized,
                                    List.of(FileType.parse(type)),
                                    QuantizeRequest.plain())
                            .plan(),
                    quantized,
                    source.sources());
        }
        Path out = folder.resolve("copies");
        try (LlamaModel model = LlamaModel.open(quantized)) {
            copy(model, "copy", out, QuantizeRequest.plain());
        }
        assertSameBytes(quantized, out.resolve("copy-" + type + ".gguf"));
    }

    @Test
    void partsBecomeOneFileAgain() throws IOException {
        Path source = SharedData.path("tiny/gguf/tiny-base-q8_0.gguf");
        Path parts = folder.resolve("parts");
        var split =
                new QuantizeRequest(
                        QuantizationOptions.none(),
                        Optional.empty(),
                        false,
                        List.of(),
                        new SplitRule.Limits(Long.MAX_VALUE, 20));
        try (LlamaModel model = LlamaModel.open(source)) {
            copy(model, "part", parts, split);
        }
        Path out = folder.resolve("out.gguf");
        try (LlamaModel model = LlamaModel.open(parts.resolve("part-Q8_0-00001-of-00003.gguf"))) {
            copy(model, "out", out, QuantizeRequest.plain());
        }
        assertSameBytes(source, out);
    }

    @Test
    void metadataThatAreAskedForAreAllThatChanges() throws IOException {
        Path source = SharedData.path("tiny/gguf/tiny-base-q8_0.gguf");
        Path out = folder.resolve("out.gguf");
        var request =
                new QuantizeRequest(
                        QuantizationOptions.none(),
                        Optional.empty(),
                        false,
                        List.of(MetadataOverride.parse("general.author=str:me")),
                        SplitRule.none());
        try (LlamaModel model = LlamaModel.open(source)) {
            Runs.run(
                    new GgufCopy(
                                    GgufCopy.file(model).orElseThrow(),
                                    Optional.of("Mine"),
                                    Optional.of(ChatTemplates.of("{{ messages }}")))
                            .plan("out", out, request),
                    out,
                    model.sources());
        }
        try (GgufFile before = GgufFile.open(source);
                GgufFile after = GgufFile.open(out)) {
            var expected = new LinkedHashMap<>(before.metadata());
            expected.put("general.name", new GgufValue.Text("Mine"));
            expected.put("tokenizer.chat_template", new GgufValue.Text("{{ messages }}"));
            expected.put("general.author", new GgufValue.Text("me"));
            assertThat(after.metadata()).containsExactlyEntriesOf(expected);
            assertThat(after.tensors()).isEqualTo(before.tensors());
        }
    }

    @Test
    void howToQuantizeMeansNothingToACopy() throws IOException {
        var pure =
                new QuantizeRequest(
                        new QuantizationOptions(
                                true, false, Optional.empty(), Optional.empty(), List.of()),
                        Optional.empty(),
                        false,
                        List.of(),
                        SplitRule.none());
        try (LlamaModel model = LlamaModel.open(SharedData.path("tiny/gguf/tiny-base-q8_0.gguf"))) {
            Refused.plan(
                    () -> plain(model).plan("out", folder.resolve("out.gguf"), pure),
                    ErrorKind.UNSUPPORTED,
                    "keeps the types of its tensors where no --type is given");
        }
    }

    @Test
    void modelWithATensorOfAnotherIsNoFile() throws IOException {
        String name = "model.norm.weight";
        try (LlamaModel model = LlamaModel.open(SharedData.path("tiny/gguf/tiny-base-f16.gguf"))) {
            var tensors = new LinkedHashMap<>(model.tensors());
            tensors.putAll(new MemoryCheckpoint().with(name, 64).recipes());
            assertThat(GgufCopy.file(model.withTensors(tensors))).isEmpty();
        }
    }

    @Test
    void modelThatAnAdapterWasFoldedIntoIsNoFile() throws IOException {
        Path base = SharedData.path("tiny/gguf/tiny-base-f16.gguf");
        Path lora = SharedData.path("peft/layers-to-transform");
        try (Folded folded = Folded.open(base, List.of(lora), false)) {
            assertThat(GgufCopy.file(folded.model())).isEmpty();
        }
    }
}
