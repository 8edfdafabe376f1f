package dev.weightsmith.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/// Collects the added tokens out of the three files that may name them, and refuses what would give
/// a token two ids or an id two tokens (docs/specs/hostile-inputs.md#added-tokens).
final class AddedTokens {
    private final SentencePieceModel model;
    private final TreeMap<Integer, AddedToken> tokens = new TreeMap<>();

    AddedTokens(SentencePieceModel model) {
        this.model = model;
    }

    /// `added_tokens.json`: an id for each text.
    void addIds(Path file, ObjectNode ids) throws FileException {
        for (Map.Entry<String, JsonNode> entry : ids.properties()) {
            add(file, entry.getValue(), entry.getKey(), false);
        }
    }

    /// `added_tokens_decoder` of `tokenizer_config.json`: a description for each id.
    void addDecoder(Path file, ObjectNode config) throws FileException {
        for (Map.Entry<String, JsonNode> entry : config.path("added_tokens_decoder").properties()) {
            JsonNode token = entry.getValue();
            String id = entry.getKey();
            if (!id.matches("[0-9]{1,9}")) {
                throw FileException.malformed(
                        file,
                        "added_tokens_decoder has the id "
                                + Printable.name(id)
                                + ", expected a number");
            }
            describe(file, config.numberNode(Integer.parseInt(id)), token);
        }
    }

    /// `added_tokens` of `tokenizer.json`: a list of descriptions.
    void addList(Path file, ObjectNode fast) throws FileException {
        for (JsonNode token : fast.path("added_tokens")) {
            describe(file, token.path("id"), token);
        }
    }

    private void describe(Path file, JsonNode id, JsonNode token) throws FileException {
        if (!token.path("content").isTextual()) {
            throw FileException.malformed(
                    file, "the added token " + Printable.text(id.toString()) + " has no content");
        }
        add(file, id, token.path("content").textValue(), token.path("special").asBoolean(false));
    }

    private void add(Path file, JsonNode number, String text, boolean special)
            throws FileException {
        int id = TokenId.of(file, "added token", text, number);
        requirePiece(file, id, text);
        AddedToken known = tokens.get(id);
        if (known != null && !known.text().equals(text)) {
            throw FileException.malformed(
                    file,
                    "the id "
                            + id
                            + " is of "
                            + Printable.name(text)
                            + " and of "
                            + Printable.name(known.text()));
        }
        tokens.put(id, new AddedToken(id, text, special || (known != null && known.special())));
    }

    private void requirePiece(Path file, int id, String text) throws FileException {
        OptionalInt piece = model.id(text);
        if (piece.isPresent() ? piece.getAsInt() != id : id < model.pieces().size()) {
            throw FileException.malformed(
                    file,
                    "the added token "
                            + Printable.name(text)
                            + " has the id "
                            + id
                            + ", which does not agree with tokenizer.model: "
                            + (piece.isPresent()
                                    ? "it is piece " + piece.getAsInt()
                                    : "that piece is "
                                            + Printable.name(model.pieces().get(id).text())));
        }
    }

    /// All of them by id.
    ///
    /// @throws FileException if one appears under two ids, or ids after the model's pieces leave a
    ///   gap
    List<AddedToken> inOrder(Path folder) throws FileException {
        int next = model.pieces().size();
        Map<String, Integer> ids = new TreeMap<>();
        for (AddedToken token : tokens.values()) {
            Integer other = ids.putIfAbsent(token.text(), token.id());
            if (other != null) {
                throw FileException.malformed(
                        folder,
                        "the added token "
                                + Printable.name(token.text())
                                + " has the ids "
                                + other
                                + " and "
                                + token.id());
            }
            if (token.id() >= next && token.id() != next++) {
                throw FileException.malformed(
                        folder,
                        "the added token "
                                + Printable.name(token.text())
                                + " has the id "
                                + token.id()
                                + ", expected "
                                + (next - 1)
                                + ", the first that is free");
            }
        }
        return List.copyOf(tokens.values());
    }
}
