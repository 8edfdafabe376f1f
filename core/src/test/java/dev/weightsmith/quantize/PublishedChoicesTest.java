package dev.weightsmith.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every choice that llama.cpp's dry runs printed for models of eight shapes.
class PublishedChoicesTest {
    private static final Map<String, LlamaShape> SHAPES =
            Map.of(
                    "1.3B", new LlamaShape(4096, 4, 11008, 32, 32, 55296),
                    "7B", new LlamaShape(4096, 32, 11008, 32, 32, 49954),
                    "13B", new LlamaShape(5120, 40, 13824, 40, 40, 49954),
                    "33B", new LlamaShape(6656, 60, 17920, 52, 52, 49954),
                    "65B", new LlamaShape(8192, 80, 22016, 64, 64, 49954),
                    "llama2-70B", new LlamaShape(8192, 80, 28672, 64, 8, 55296),
                    "llama3-8B", new LlamaShape(4096, 32, 14336, 32, 8, 128256),
                    "tinyllama-1.1B", new LlamaShape(2048, 22, 5632, 32, 4, 32000));

    @TestFactory
    Stream<DynamicTest> asLlamaCppChooses() throws IOException {
        Path file = SharedData.path("quantize/quantize-types.json");
        return StrictJson.readObject(file).properties().stream()
                .flatMap(model ->
                        model.getValue().properties().stream()
                                .map(type ->
                                        DynamicTest.dynamicTest(
                                                model.getKey() + " " + type.getKey(),
                                                () ->
                                                        check(
                                                                Objects.requireNonNull(
                                                                        SHAPES.get(model.getKey())),
                                                                FileType.valueOf(type.getKey()),
                                                                type.getValue()))));
    }

    private static void check(LlamaShape shape, FileType type, JsonNode expected) {
        List<TensorInfo> tensors = shape.tensors();
        var choices =
                QuantizationPolicy.choose(
                        type, QuantizationOptions.none(), shape.facts(), tensors, false);
        assertThat(types(tensors, choices)).isEqualTo(types(tensors, expected));
        var size = QuantizedSize.of(tensors, choices);
        assertThat(size.mebibytes()).isEqualTo(two(expected.get("quant_mib").doubleValue()));
        assertThat(size.bitsPerWeightText()).isEqualTo(two(expected.get("bpw").doubleValue()));
    }

    private static Map<String, DType> types(
            List<TensorInfo> tensors, SequencedMap<String, TypeChoice> choices) {
        var types = new LinkedHashMap<String, DType>();
        for (TensorInfo tensor : tensors) {
            if (tensor.shape().rank() == 2) {
                types.put(
                        tensor.name(), Objects.requireNonNull(choices.get(tensor.name())).dtype());
            }
        }
        return types;
    }

    private static Map<String, DType> types(List<TensorInfo> tensors, JsonNode expected) {
        var exceptions = new HashMap<String, DType>();
        expected.get("exceptions")
                .properties()
                .forEach(type ->
                        type.getValue()
                                .forEach(name ->
                                        exceptions.put(name.textValue(), dtype(type.getKey()))));
        var types = new LinkedHashMap<String, DType>();
        for (TensorInfo tensor : tensors) {
            if (tensor.shape().rank() == 2) {
                types.put(
                        tensor.name(),
                        exceptions.getOrDefault(
                                tensor.name(), dtype(expected.get("default").textValue())));
            }
        }
        return types;
    }

    private static DType dtype(String ggmlName) {
        return DType.valueOf(ggmlName.toUpperCase(Locale.ROOT));
    }

    private static String two(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }
}
