package dev.weightsmith.quantize;

import dev.weightsmith.format.gguf.GgufValue;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// What a written file says about itself: everything the model says, in its order, and at the end
/// what was done to it (docs/specs/gguf.md#keys,
/// docs/specs/quantization.md#traces-of-an-importance-matrix).
///
/// The type stands where llama.cpp has it: llama-quantize puts it last, its converter leaves it in
/// the middle.
final class QuantizedMetadata {
    private QuantizedMetadata() {}

    static SequencedMap<String, GgufValue> of(
            QuantizeSource source,
            FileType type,
            Optional<ImportanceMatrix> importance,
            List<MetadataOverride> overrides) {
        var values = new LinkedHashMap<>(source.metadata());
        if (source.isFile() || type.mainType().isQuantized()) {
            values.remove("general.quantization_version");
            values.remove("general.file_type");
        }
        values.put("general.quantization_version", new GgufValue.U32(2));
        values.put("general.file_type", new GgufValue.U32(type.number()));
        override(values, overrides);
        importance.ifPresent(matrix -> append(values, matrix));
        return values;
    }

    static void override(SequencedMap<String, GgufValue> values, List<MetadataOverride> overrides) {
        overrides.forEach(override -> append(values, override.key(), override.value()));
    }

    private static void append(
            SequencedMap<String, GgufValue> values, ImportanceMatrix importance) {
        append(
                values,
                "quantize.imatrix.file",
                new GgufValue.Text(shortened(importance.file().toString())));
        importance
                .dataset()
                .ifPresent(dataset ->
                        append(
                                values,
                                "quantize.imatrix.dataset",
                                new GgufValue.Text(shortened(dataset))));
        append(
                values,
                "quantize.imatrix.entries_count",
                new GgufValue.U32(importance.entries().size()));
        if (importance.chunks() > 0) {
            append(values, "quantize.imatrix.chunks_count", new GgufValue.U32(importance.chunks()));
        }
    }

    /// A value set anew stands last.
    private static void append(
            SequencedMap<String, GgufValue> values, String key, GgufValue value) {
        values.remove(key);
        values.put(key, value);
    }

    /// At most as many bytes as llama.cpp keeps, but whole characters.
    private static String shortened(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length <= MetadataOverride.LONGEST) {
            return text;
        }
        var kept = new StringBuilder();
        int bytes = 0;
        for (int character : text.codePoints().toArray()) {
            bytes += Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MetadataOverride.LONGEST) {
                break;
            }
            kept.appendCodePoint(character);
        }
        return kept.toString();
    }
}
