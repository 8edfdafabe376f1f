package dev.weightsmith.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/// JSON files as transformers lays them out.
public final class JsonText {
    private static final JsonMapper JSON = new JsonMapper();

    private JsonText() {}

    /// Two spaces, one field a line, a newline at the end.
    public static byte[] of(ObjectNode json) {
        var indent = new DefaultIndenter("  ", "\n");
        var printer =
                new DefaultPrettyPrinter(
                                Separators.createDefaultInstance()
                                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                        .withObjectIndenter(indent)
                        .withArrayIndenter(indent);
        try {
            String text = JSON.writer(printer).writeValueAsString(json);
            return (text + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }
}
