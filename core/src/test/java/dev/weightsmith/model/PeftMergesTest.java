package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.format.Formats;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Adapters of every kind that is supported, against the digests of what PEFT's `merge_and_unload`
/// made of them on a base loaded in each type.
class PeftMergesTest {
    private static final Map<String, DType> TYPES =
            Map.of("float16", DType.F16, "bfloat16", DType.BF16, "float32", DType.F32);

    @TempDir private Path folder;

    private Path write(Path base, List<Path> adapters, String name, DType type) throws IOException {
        Path out = folder.resolve(name);
        var options =
                new OutputOptions(
                        Optional.of(type), Long.MAX_VALUE, Optional.empty(), Optional.empty());
        try (Folded folded = Folded.open(base, adapters, false)) {
            Engine.run(
                    HuggingFaceOutput.plan(folded.model(), out, options),
                    EngineOptions.defaults(),
                    Progress.NONE);
        }
        return out;
    }

    private static Map<String, String> expected(String adapter, String type) throws IOException {
        var digests = new TreeMap<String, String>();
        new JsonMapper()
                .readTree(SharedData.path("peft/expected.json").toFile())
                .required("cases")
                .required(adapter)
                .required("merged")
                .required(type)
                .properties()
                .forEach(t -> digests.put(t.getKey(), t.getValue().required("sha256").asText()));
        return digests;
    }

    // None of these has rank 256 or more, from where the last bits may differ (specs: merge
    // arithmetic), so all are compared whole.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "plain-bin",
                "rslora",
                "rank-alpha-pattern",
                "odd-rank",
                "high-rank",
                "layers-to-transform",
                "modules-to-save",
                "resized-vocab"
            })
    void mergedTensorsAreThoseOfPeft(String adapter) throws IOException {
        Path base = SharedData.path("tiny/base-hf");
        Path lora = SharedData.path("peft/" + adapter);
        for (var type : TYPES.entrySet()) {
            // PEFT added to a base that was loaded in that type.
            Path loaded = write(base, List.of(), "base-" + type.getKey(), type.getValue());
            Path out = write(loaded, List.of(lora), "merged-" + type.getKey(), type.getValue());
            try (Checkpoint merged = Formats.open(out)) {
                assertThat(Tensors.digests(merged))
                        .as(adapter + " in " + type.getKey())
                        .isEqualTo(expected(adapter, type.getKey()));
            }
        }
    }
}
