package dev.weightsmith.llama;

import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.tokenizer.ChatTemplates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Chat templates in a GGUF file's metadata: the standard one under its own key, the others each
/// under a key that ends in its name, and a list of these names (docs/specs/gguf.md#keys).
public final class GgufChatTemplates {
    private static final String KEY = "tokenizer.chat_template";
    private static final String NAMED = KEY + ".";
    private static final String NAMES = "tokenizer.chat_templates";

    private GgufChatTemplates() {}

    /// What is no text is none.
    public static ChatTemplates read(Map<String, GgufValue> metadata) {
        SequencedMap<String, String> named = new LinkedHashMap<>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(NAMED) && value instanceof GgufValue.Text(String template)) {
                named.put(key.substring(NAMED.length()), template);
            }
        });
        return new ChatTemplates(
                metadata.get(KEY) instanceof GgufValue.Text(String template)
                        ? Optional.of(template)
                        : Optional.empty(),
                named);
    }

    /// At the end, instead of those that are there. Empty ones are left out, as llama.cpp leaves
    /// them out.
    public static void put(Map<String, GgufValue> metadata, ChatTemplates templates) {
        metadata.keySet().removeIf(GgufChatTemplates::isKey);
        SequencedMap<String, GgufValue> named = new LinkedHashMap<>();
        templates
                .named()
                .forEach((name, template) -> {
                    if (!template.isEmpty()) {
                        named.put(
                                name.replaceAll("[^A-Za-z0-9]", "_"), new GgufValue.Text(template));
                    }
                });
        named.forEach((name, template) -> metadata.put(NAMED + name, template));
        if (!named.isEmpty()) {
            metadata.put(NAMES, new GgufValue.Texts(List.copyOf(named.sequencedKeySet())));
        }
        templates
                .standard()
                .filter(template -> !template.isEmpty())
                .ifPresent(template -> metadata.put(KEY, new GgufValue.Text(template)));
    }

    private static boolean isKey(String key) {
        return key.equals(KEY) || key.equals(NAMES) || key.startsWith(NAMED);
    }
}
