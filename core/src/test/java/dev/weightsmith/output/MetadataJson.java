package dev.weightsmith.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.format.gguf.GgufValue;
import java.util.LinkedHashMap;
import java.util.Map;

/// Metadata as lines of text that compare, without the tokenizer, which the expectations leave out.
final class MetadataJson {
    private MetadataJson() {}

    static String of(Map<String, GgufValue> metadata) {
        var lines = new LinkedHashMap<String, String>();
        metadata.forEach((key, value) -> {
            if (!key.startsWith("tokenizer.")) {
                lines.put(key, text(value));
            }
        });
        return lines.toString();
    }

    static String of(JsonNode kv) {
        var lines = new LinkedHashMap<String, String>();
        kv.properties()
                .forEach(entry -> {
                    if (!entry.getKey().startsWith("tokenizer.")) {
                        lines.put(entry.getKey(), entry.getValue().asText());
                    }
                });
        return lines.toString();
    }

    private static String text(GgufValue value) {
        return switch (value) {
            case GgufValue.Text(String text) -> text;
            case GgufValue.U32(long number) -> Long.toString(number);
            case GgufValue.F32(float number) -> Double.toString(number);
            default -> value.toString();
        };
    }
}
