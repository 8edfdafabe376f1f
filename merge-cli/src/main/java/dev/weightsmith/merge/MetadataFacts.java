package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.format.gguf.GgufValue;
import java.math.BigInteger;
import java.util.Map;

/// The keys and values of a GGUF file as JSON.
final class MetadataFacts {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private MetadataFacts() {}

    static ObjectNode of(Map<String, GgufValue> metadata) {
        ObjectNode facts = JSON.objectNode();
        metadata.forEach((key, value) -> facts.set(key, json(value)));
        return facts;
    }

    private static JsonNode json(GgufValue value) {
        return switch (value) {
            case GgufValue.U8 v -> JSON.numberNode(v.value());
            case GgufValue.I8 v -> JSON.numberNode(v.value());
            case GgufValue.U16 v -> JSON.numberNode(v.value());
            case GgufValue.I16 v -> JSON.numberNode(v.value());
            case GgufValue.U32 v -> JSON.numberNode(v.value());
            case GgufValue.I32 v -> JSON.numberNode(v.value());
            case GgufValue.I64 v -> JSON.numberNode(v.value());
            case GgufValue.U64 v ->
                    JSON.numberNode(new BigInteger(Long.toUnsignedString(v.value())));
            case GgufValue.F32 v -> number(v.value(), JSON.numberNode(v.value()));
            case GgufValue.F64 v -> number(v.value(), JSON.numberNode(v.value()));
            case GgufValue.Bool v -> JSON.booleanNode(v.value());
            case GgufValue.Text v -> JSON.textNode(v.value());
            case GgufValue.Texts v -> {
                ArrayNode array = JSON.arrayNode();
                v.values().forEach(array::add);
                yield array;
            }
            case GgufValue.F32s v -> {
                ArrayNode array = JSON.arrayNode();
                for (float element : v.values()) {
                    array.add(number(element, JSON.numberNode(element)));
                }
                yield array;
            }
            case GgufValue.I32s v -> {
                ArrayNode array = JSON.arrayNode();
                for (int element : v.values()) {
                    array.add(element);
                }
                yield array;
            }
            case GgufValue.Values v -> {
                ArrayNode array = JSON.arrayNode();
                for (int i = 0; i < v.size(); i++) {
                    array.add(json(v.value(i)));
                }
                yield array;
            }
        };
    }

    /// JSON knows no NaN and no infinity.
    private static JsonNode number(double value, JsonNode finite) {
        return Double.isFinite(value) ? finite : JSON.textNode(Double.toString(value));
    }
}
