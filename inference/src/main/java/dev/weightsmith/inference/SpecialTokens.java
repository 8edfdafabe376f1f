package dev.weightsmith.inference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.model.Model;
import dev.weightsmith.tokenizer.GgufTokens;
import dev.weightsmith.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The special tokens that a chat template can write, by name, as transformers passes them.
public final class SpecialTokens {
    private static final List<String> NAMES =
            List.of("bos", "eos", "unk", "pad", "sep", "cls", "mask");

    private SpecialTokens() {}

    /// What the model's files name, and what its vocabulary says of those that they do not.
    ///
    /// @throws FileException if one of the files is malformed
    public static Map<String, String> of(Model model, Vocabulary vocabulary) throws IOException {
        Map<String, String> tokens = new HashMap<>();
        put(tokens, "bos", vocabulary, vocabulary.begin());
        put(tokens, "eos", vocabulary, vocabulary.end());
        put(tokens, "unk", vocabulary, OptionalInt.of(vocabulary.unknown()));
        switch (model.tokenizer()) {
            case Model.Tokenizer.None _ -> {}
            case Model.Tokenizer.Folder(Path folder) -> {
                // The later one wins, as in transformers.
                read(tokens, folder.resolve("special_tokens_map.json"));
                read(tokens, folder.resolve("tokenizer_config.json"));
            }
            case Model.Tokenizer.Gguf(var metadata) -> {
                Optional<GgufTokens> said = GgufTokens.read(model.path(), metadata);
                if (said.isPresent()) {
                    put(tokens, "eos", vocabulary, said.get().id("eos"));
                    put(tokens, "pad", vocabulary, said.get().id("padding"));
                }
            }
        }
        return tokens;
    }

    private static void put(
            Map<String, String> tokens, String name, Vocabulary vocabulary, OptionalInt id) {
        if (id.isPresent()) {
            tokens.put(name + "_token", vocabulary.text(id));
        }
    }

    private static void read(Map<String, String> tokens, Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        JsonNode json = StrictJson.readObject(file);
        for (String name : NAMES) {
            JsonNode token = json.path(name + "_token");
            JsonNode text = token.isObject() ? token.path("content") : token;
            if (text.isTextual()) {
                tokens.put(name + "_token", text.textValue());
            }
        }
    }
}
