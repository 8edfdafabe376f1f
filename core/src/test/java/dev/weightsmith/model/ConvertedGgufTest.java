package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.QuantizePlan;
import dev.weightsmith.quantize.QuantizeRequest;
import dev.weightsmith.quantize.QuantizeSource;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// GGUF files against those that llama.cpp's converter made of the same model: every tensor, every
/// key and every value, from every container.
///
/// llama.cpp had the Hugging Face folder, so only there can all be the same; a Meta folder says
/// less.
@Tag("slow")
class ConvertedGgufTest {

    /// A key that we write differently from llama.cpp on purpose. All others are the same.
    ///
    /// @param ours empty where we do not write it
    private record Difference(
            String key, Optional<GgufValue> ours, Predicate<Conversion> where, String reason) {}

    /// All deliberate differences that these models show; docs/formats/gguf.md has those of other
    /// models.
    private static final List<Difference> DIFFERENCES =
            List.of(
                    new Difference(
                            "llama.context_length",
                            Optional.of(new GgufValue.U32(4096)),
                            Conversion::isMeta,
                            "params.json does not say it; an epsilon of 1e-5 is Llama 2's, whose"
                                    + " length is 4096 (this model's config.json says 2048)"),
                    new Difference(
                            "tokenizer.ggml.padding_token_id",
                            Optional.empty(),
                            conversion -> conversion.isMeta() && !conversion.bringsPadding(),
                            "only config.json says it (0)"),
                    new Difference(
                            "tokenizer.ggml.padding_token_id",
                            Optional.of(new GgufValue.U32(547)),
                            conversion -> conversion.isMeta() && conversion.bringsPadding(),
                            "no config.json says otherwise, so it is the [PAD] that the adapter's"
                                    + " tokenizer names"),
                    new Difference(
                            "tokenizer.ggml.add_bos_token",
                            Optional.empty(),
                            Conversion::hasOnlyTokenizerModel,
                            "only tokenizer_config.json says it; llama.cpp assumes true"),
                    new Difference(
                            "tokenizer.ggml.add_eos_token",
                            Optional.empty(),
                            Conversion::hasOnlyTokenizerModel,
                            "only tokenizer_config.json says it; llama.cpp assumes false"));

    /// A model of ours, and the file that llama.cpp's converter made of it.
    ///
    /// @param name what the converter called it, which was its folder's name
    record Conversion(String base, List<String> adapters, DType type, String file, String name) {
        boolean isMeta() {
            return base.startsWith("base-meta");
        }

        boolean hasOnlyTokenizerModel() {
            return isMeta() && adapters.isEmpty();
        }

        boolean bringsPadding() {
            return adapters.contains("lora-alpaca-plus");
        }

        @Override
        public String toString() {
            return type + " of " + base + (adapters.isEmpty() ? "" : " + " + adapters);
        }
    }

    private static Stream<Conversion> conversions() {
        return Stream.of("base-hf", "base-hf-bin", "base-meta", "base-meta-2shard")
                .flatMap(ConvertedGgufTest::conversions);
    }

    private static Stream<Conversion> conversions(String base) {
        Stream<Conversion> plain =
                Stream.of(DType.F32, DType.F16, DType.BF16)
                        .map(type ->
                                new Conversion(
                                        base,
                                        List.of(),
                                        type,
                                        "tiny-base-" + type.name().toLowerCase(Locale.ROOT),
                                        "Base Hf"));
        var one = List.of("lora-llama-plus");
        var two = List.of("lora-llama-plus", "lora-alpaca-plus");
        return Stream.concat(
                plain,
                Stream.of(
                        new Conversion(
                                base, one, DType.F16, "tiny-llama-plus-f16", "Tiny Llama Plus"),
                        new Conversion(
                                base, two, DType.F16, "tiny-alpaca-plus-f16", "Tiny Alpaca Plus")));
    }

    @TempDir private Path folder;

    private GgufFile converted(Conversion conversion) throws IOException {
        Path out = folder.resolve("converted.gguf");
        Path base = SharedData.path("tiny/" + conversion.base());
        List<Path> adapters =
                conversion.adapters().stream().map(a -> SharedData.path("tiny/" + a)).toList();
        var options =
                new OutputOptions(
                        Optional.of(conversion.type()),
                        Long.MAX_VALUE,
                        Optional.of(conversion.name()),
                        Optional.empty());
        try (Folded folded = Folded.open(base, adapters, false)) {
            Runs.run(
                    QuantizePlan.of(
                                    QuantizeSource.of(folded.model(), options, "converted"),
                                    "converted",
                                    out,
                                    List.of(FileType.parse(conversion.type().name())),
                                    QuantizeRequest.plain())
                            .plan(),
                    out,
                    folded.model().sources());
        }
        return GgufFile.open(out);
    }

    @ParameterizedTest
    @MethodSource("conversions")
    void tensorsAreThoseOfLlamaCpp(Conversion conversion) throws IOException {
        Path expected = SharedData.path("quantize/convert-" + conversion.file() + ".json");
        try (GgufFile file = converted(conversion)) {
            assertThat(tensors(file))
                    .isEqualTo(tensors(new JsonMapper().readTree(expected.toFile())));
        }
    }

    @ParameterizedTest
    @MethodSource("conversions")
    void keysAndValuesAreThoseOfLlamaCpp(Conversion conversion) throws IOException {
        Path expected = SharedData.path("tiny/gguf/" + conversion.file() + ".gguf");
        try (GgufFile theirs = GgufFile.open(expected);
                GgufFile ours = converted(conversion)) {
            var wanted = new LinkedHashMap<String, GgufValue>(theirs.metadata());
            for (Difference difference : DIFFERENCES) {
                if (difference.where().test(conversion)) {
                    difference
                            .ours()
                            .ifPresentOrElse(
                                    value -> wanted.replace(difference.key(), value),
                                    () -> wanted.remove(difference.key()));
                }
            }
            assertThat(new ArrayList<>(ours.metadata().keySet()))
                    .isEqualTo(new ArrayList<>(wanted.keySet()));
            assertThat(ours.metadata())
                    .allSatisfy((key, value) -> assertThat(value).isEqualTo(wanted.get(key)));
        }
    }

    /// Type, shape and digest by name.
    private static Map<String, String> tensors(GgufFile file) throws IOException {
        var tensors = new TreeMap<String, String>();
        for (TensorInfo tensor : file.tensors()) {
            tensors.put(tensor.name(), tensor + " " + Tensors.digest(file, tensor));
        }
        return tensors;
    }

    /// The same of what llama.cpp wrote, which names columns first.
    private static Map<String, String> tensors(JsonNode expected) {
        var tensors = new TreeMap<String, String>();
        for (JsonNode tensor : expected.required("tensors")) {
            var shape = new ArrayList<String>();
            tensor.required("shape").forEach(dimension -> shape.addFirst(dimension.asText()));
            tensors.put(
                    tensor.required("name").asText(),
                    tensor.required("type").asText()
                            + " "
                            + shape
                            + " "
                            + tensor.required("sha256").asText());
        }
        return tensors;
    }
}
