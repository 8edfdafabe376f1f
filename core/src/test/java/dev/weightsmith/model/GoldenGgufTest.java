package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.golden.Golden;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.ImportanceMatrix;
import dev.weightsmith.quantize.QuantizationOptions;
import dev.weightsmith.quantize.QuantizePlan;
import dev.weightsmith.quantize.QuantizeRequest;
import dev.weightsmith.quantize.QuantizeSource;
import dev.weightsmith.quantize.SplitRule;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.testing.Runs;
import dev.weightsmith.testing.Samples;
import dev.weightsmith.tokenizer.TemplateChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// GGUF files of the merged sample family against those that llama.cpp's converter and quantizer
/// made of the published script's merge (gguf_files.py).
class GoldenGgufTest {
    @TempDir private Path folder;

    /// One file of each type, from one reading, as `merged-TYPE.gguf`.
    private void write(DType converted, List<FileType> types, Optional<ImportanceMatrix> importance)
            throws IOException {
        var options =
                new OutputOptions(
                        Optional.of(converted),
                        Long.MAX_VALUE,
                        Optional.of("Chinese Alpaca"),
                        // The converter was given a folder without.
                        Optional.of(TemplateChoice.Asked.of("none")));
        var request =
                new QuantizeRequest(
                        QuantizationOptions.none(), importance, false, List.of(), SplitRule.none());
        try (Folded folded = Folded.open(Samples.base(), Samples.adapters(), false)) {
            var source = QuantizeSource.of(folded.model(), options, "merged");
            Path out = folder.resolve("out");
            Runs.run(
                    QuantizePlan.of(source, "merged", out, types, request).plan(),
                    out,
                    source.sources());
        }
    }

    private GgufFile written(FileType type) throws IOException {
        return GgufFile.open(folder.resolve("out/merged-" + type + ".gguf"));
    }

    @ParameterizedTest
    @EnumSource(
            value = FileType.class,
            names = {"F32", "F16", "BF16"})
    void convertedTensorsAreThoseOfLlamaCpp(FileType type) throws IOException {
        write(type.mainType(), List.of(type), Optional.empty());
        var expected = new TreeMap<String, String>();
        Golden.json("gguf.json")
                .required("converted")
                .required(type.name())
                .properties()
                .forEach(tensor ->
                        expected.put(
                                tensor.getKey(),
                                tensor.getValue().path(0).asText()
                                        + " "
                                        + tensor.getValue().path(1).asText()));
        assertThat(tensors(type)).isEqualTo(expected);
    }

    @Test
    void keysAndValuesAreThoseOfLlamaCpp() throws IOException {
        write(DType.F16, List.of(FileType.F16), Optional.empty());
        try (GgufFile theirs = GgufFile.open(Golden.path("converted.gguf"));
                GgufFile ours = written(FileType.F16)) {
            var wanted = new LinkedHashMap<String, GgufValue>(theirs.metadata());
            // The converter had a config.json, which says 512. params.json says nothing, but an
            // epsilon of 1e-5 is Llama 2's.
            wanted.replace("llama.context_length", new GgufValue.U32(4096));
            var found = new LinkedHashMap<String, GgufValue>(ours.metadata());
            // It looks for [PAD] in tokenizer.json alone: docs/formats/gguf.md.
            assertThat(found.remove("tokenizer.ggml.padding_token_id"))
                    .isEqualTo(new GgufValue.U32(1461));
            assertThat(new ArrayList<>(found.keySet())).isEqualTo(new ArrayList<>(wanted.keySet()));
            assertThat(found)
                    .allSatisfy((key, value) -> assertThat(value).isEqualTo(wanted.get(key)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "importance"})
    void quantizedTensorsAreThoseOfLlamaCpp(String kind) throws IOException {
        JsonNode golden = Golden.json("gguf.json");
        JsonNode expected = golden.required("quantized").required(kind);
        JsonNode encoded = golden.required("encoded").required(kind);
        Optional<ImportanceMatrix> importance =
                kind.equals("plain")
                        ? Optional.empty()
                        : Optional.of(ImportanceMatrix.open(Golden.path("importance.gguf")));
        List<FileType> types =
                expected.properties().stream().map(type -> FileType.parse(type.getKey())).toList();
        write(DType.F16, types, importance);
        for (FileType type : types) {
            assertThat(tensors(type))
                    .as(type.name())
                    .isEqualTo(quantized(expected.required(type.name()), encoded));
        }
    }

    /// Type and digest by name.
    private SequencedMap<String, String> tensors(FileType type) throws IOException {
        try (GgufFile file = written(type)) {
            var tensors = new TreeMap<String, String>();
            for (TensorInfo tensor : file.tensors()) {
                tensors.put(tensor.name(), tensor.dtype() + " " + Tensors.digest(file, tensor));
            }
            return tensors;
        }
    }

    private static SequencedMap<String, String> quantized(JsonNode types, JsonNode encoded) {
        var tensors = new TreeMap<String, String>();
        Golden.texts(types)
                .forEach((name, type) ->
                        tensors.put(
                                name, type + " " + encoded.required(name).required(type).asText()));
        return tensors;
    }
}
