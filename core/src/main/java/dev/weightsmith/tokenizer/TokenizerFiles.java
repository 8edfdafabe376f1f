package dev.weightsmith.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The tokenizer of a folder: `tokenizer.model` and the files that transformers keeps beside it.
///
/// @param model the SentencePiece model
/// @param config `tokenizer_config.json`, empty where there is none
/// @param specialTokensMap `special_tokens_map.json`, empty where there is none
/// @param fast `tokenizer.json`, empty where there is none
/// @param added tokens that any of the files adds or describes, by id
/// @param chatTemplates as [TemplateFiles] finds them
/// @param files those that exist, without chat templates
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
    public static final String CONFIG = "tokenizer_config.json";

    private static final String SPECIAL_TOKENS = "special_tokens_map.json";
    private static final String ADDED_TOKENS = "added_tokens.json";
    private static final String FAST = "tokenizer.json";
    private static final List<String> NAMES =
            List.of(MODEL, CONFIG, SPECIAL_TOKENS, ADDED_TOKENS, FAST);

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
                        TemplateFiles.read(folder),
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

    /// Token ids that mean something: the model's pieces and the tokens added after them.
    public int vocabularySize() {
        int pieces = model.pieces().size();
        return added.isEmpty() ? pieces : Math.max(pieces, added.getLast().id() + 1);
    }

    /// The text of a special token, `bos`, `pad` and so on: that of `tokenizer_config.json`, else
    /// that of `special_tokens_map.json`, which alone names the second generation's `<pad>`.
    public Optional<String> specialToken(String kind) {
        return Stream.of(config, specialTokensMap)
                .map(file -> file.path(kind + "_token"))
                .map(token -> token.isObject() ? token.path("content") : token)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    /// The id of the token that fills short texts, if the files name one or the model does.
    public OptionalInt padding() {
        Optional<String> named = specialToken("pad");
        if (named.isEmpty()) {
            return model.padding();
        }
        OptionalInt ofAdded =
                added.stream()
                        .filter(token -> token.text().equals(named.get()))
                        .mapToInt(AddedToken::id)
                        .findFirst();
        return ofAdded.isPresent() ? ofAdded : model.id(named.get());
    }

    /// The texts of all tokens by id.
    public List<String> tokens() {
        var tokens = new ArrayList<>(model.pieces().stream().map(Piece::text).toList());
        added.stream()
                .filter(token -> token.id() >= tokens.size())
                .forEach(token -> tokens.add(token.text()));
        return tokens;
    }

    /// Tokens at the end of the vocabulary that the files name one by one: those that were added to
    /// a vocabulary that was there before.
    public int ownTokens() {
        Set<String> special =
                Stream.of(config, specialTokensMap)
                        .flatMap(file -> file.properties().stream())
                        .map(Map.Entry::getKey)
                        .filter(key -> key.endsWith("_token"))
                        .map(key -> key.substring(0, key.length() - "_token".length()))
                        .flatMap(kind -> specialToken(kind).stream())
                        .collect(Collectors.toSet());
        added.forEach(token -> special.add(token.text()));
        int first = model.pieces().size();
        while (first > 0 && special.contains(model.pieces().get(first - 1).text())) {
            first--;
        }
        return vocabularySize() - first;
    }

    /// What a vocabulary of that size is, for messages: `Chinese-LLaMA (49953 pieces)`.
    public static String vocabularyName(int size) {
        return KnownVocabulary.name(size);
    }

    public String vocabularyName() {
        return vocabularyName(vocabularySize());
    }
}
