package dev.weightsmith.tokenizer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tokenizer of a folder: `tokenizer.model` and the files that transformers keeps beside it.
///
/// @param model the SentencePiece model
/// @param config `tokenizer_config.json`, empty where there is none
/// @param specialTokensMap `special_tokens_map.json`, empty where there is none
/// @param fast `tokenizer.json`, empty where there is none
/// @param added tokens that any of the files adds or describes, by id
/// @param chatTemplates of `tokenizer_config.json`, else of `chat_template.jinja`
/// @param files those that exist
/// @param notes what is worth knowing of how the model was read
public record TokenizerFiles(
        Path folder,
        SentencePieceModel model,
        ObjectNode config,
        ObjectNode specialTokensMap,
        ObjectNode fast,
        List<AddedToken> added,
        ChatTemplates chatTemplates,
        List<Path> files,
        List<String> notes) {

    private static final String MODEL = "tokenizer.model";
    private static final String CONFIG = "tokenizer_config.json";
    private static final String SPECIAL_TOKENS = "special_tokens_map.json";
    private static final String ADDED_TOKENS = "added_tokens.json";
    private static final String FAST = "tokenizer.json";
    private static final String CHAT_TEMPLATE = "chat_template.jinja";
    private static final List<String> NAMES =
            List.of(MODEL, CONFIG, SPECIAL_TOKENS, ADDED_TOKENS, FAST, CHAT_TEMPLATE);

    public TokenizerFiles {
        added = List.copyOf(added);
        files = List.copyOf(files);
        notes = List.copyOf(notes);
    }

    /// Reads the tokenizer files of a folder; empty if it has none.
    ///
    /// A `tokenizer.json` without a `tokenizer.model` gives one: [RebuiltModel].
    ///
    /// @throws FileException if one is malformed, or they contradict each other
    public static Optional<TokenizerFiles> read(Path folder) throws IOException {
        if (!Files.exists(folder.resolve(MODEL)) && !Files.exists(folder.resolve(FAST))) {
            return Optional.empty();
        }
        ObjectNode config = object(folder, CONFIG);
        ObjectNode fast = object(folder, FAST);
        List<String> notes = new ArrayList<>();
        SentencePieceModel model =
                Files.exists(folder.resolve(MODEL))
                        ? SentencePieceModel.read(folder.resolve(MODEL))
                        : rebuilt(folder, fast, config, notes);
        var added = new AddedTokens(model);
        added.addIds(folder.resolve(ADDED_TOKENS), object(folder, ADDED_TOKENS));
        added.addDecoder(folder.resolve(CONFIG), config);
        added.addList(folder.resolve(FAST), fast);
        return Optional.of(
                new TokenizerFiles(
                        folder,
                        model,
                        config,
                        object(folder, SPECIAL_TOKENS),
                        fast,
                        added.inOrder(folder),
                        chatTemplates(folder, config),
                        NAMES.stream().map(folder::resolve).filter(Files::exists).toList(),
                        notes));
    }

    private static SentencePieceModel rebuilt(
            Path folder, ObjectNode fast, ObjectNode config, List<String> notes)
            throws IOException {
        var rebuilt = RebuiltModel.ofFastTokenizer(folder.resolve(FAST), fast, config);
        if (rebuilt.doubts().isEmpty()) {
            notes.add("tokenizer.model is missing and was rebuilt from tokenizer.json: same ids");
        }
        for (String doubt : rebuilt.doubts()) {
            notes.add(
                    "tokenizer.model is missing and was rebuilt from tokenizer.json; equal ids for"
                            + " every text cannot be proved: "
                            + doubt);
        }
        return rebuilt.model();
    }

    private static ObjectNode object(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file)
                ? StrictJson.readObject(file)
                : JsonNodeFactory.instance.objectNode();
    }

    private static ChatTemplates chatTemplates(Path folder, ObjectNode config) throws IOException {
        var templates = ChatTemplates.of(folder.resolve(CONFIG), config.path("chat_template"));
        Path file = folder.resolve(CHAT_TEMPLATE);
        return templates.isEmpty() && Files.exists(file) ? ChatTemplates.read(file) : templates;
    }

    /// Token ids that mean something: the model's pieces and the tokens added after them.
    public int vocabularySize() {
        int pieces = model.pieces().size();
        return added.isEmpty() ? pieces : Math.max(pieces, added.getLast().id() + 1);
    }

    /// What a vocabulary of that size is, for messages: `Chinese-LLaMA (49953 pieces)`.
    public static String vocabularyName(int size) {
        return KnownVocabulary.name(size);
    }

    public String vocabularyName() {
        return vocabularyName(vocabularySize());
    }
}
