package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.format.Formats;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Merges of real models against the digests of what the reference scripts made of them.
class ReferenceMergesTest {
    @TempDir private Path folder;

    private static JsonNode reference(String merge) throws IOException {
        return new JsonMapper()
                .readTree(SharedData.path("reference-merges.json").toFile())
                .required(merge);
    }

    private Map<String, String> merged(String base, String... adapters) throws IOException {
        List<Path> loras = Stream.of(adapters).map(SharedData::path).toList();
        Path out = folder.resolve("merged");
        try (Folded folded = Folded.open(SharedData.path(base), loras, false)) {
            Runs.run(
                    HuggingFaceOutput.plan(folded.model(), OutputOptions.defaults()),
                    out,
                    folded.model().sources());
        }
        try (Checkpoint written = Formats.open(out)) {
            return Tensors.digests(written);
        }
    }

    private static SequencedMap<String, String> expected(String merge) throws IOException {
        var digests = new TreeMap<String, String>();
        reference(merge)
                .required("tensors")
                .properties()
                .forEach(t -> digests.put(t.getKey(), t.getValue().required("sha256").asText()));
        return digests;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny/base-hf-bin",
                "tiny/base-hf",
                "tiny/base-meta",
                "tiny/base-meta-2shard",
                "tiny/gguf/tiny-base-f16.gguf"
            })
    void oneAdapterOnTiny(String base) throws IOException {
        var digests = merged(base, "tiny/lora-llama-plus");
        assertThat(withoutNorms(digests, base))
                .isEqualTo(
                        withoutNorms(expected("hf-bin: tiny/base-hf-bin + lora-llama-plus"), base));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny/base-hf-bin",
                "tiny/base-hf",
                "tiny/base-meta",
                "tiny/base-meta-2shard",
                "tiny/gguf/tiny-base-f16.gguf"
            })
    void stackOfTwoOnTiny(String base) throws IOException {
        var digests = merged(base, "tiny/lora-llama-plus", "tiny/lora-alpaca-plus");
        assertThat(withoutNorms(digests, base))
                .isEqualTo(
                        withoutNorms(
                                expected(
                                        "hf-bin: tiny/base-hf-bin + lora-llama-plus + lora-alpaca-plus"),
                                base));
    }

    /// A GGUF base holds its norms as F32, so their bytes are others although their values are not.
    private static Map<String, String> withoutNorms(Map<String, String> digests, String base) {
        var compared = new TreeMap<>(digests);
        if (base.endsWith(".gguf")) {
            compared.keySet().removeIf(name -> name.endsWith("norm.weight"));
        }
        return compared;
    }

    @Test
    void allContainersOfTinyHoldTheSameTensors() throws IOException {
        var first = merged("tiny/base-hf");
        for (String other :
                List.of("tiny/base-hf-bin", "tiny/base-meta", "tiny/base-meta-2shard")) {
            folder = folder.resolve(other.replace('/', '-'));
            assertThat(merged(other)).as(other).isEqualTo(first);
        }
    }
}
