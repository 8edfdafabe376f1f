package dev.weightsmith.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A SentencePiece model made again from a file that holds the same vocabulary in another form.
///
/// @param doubts why its token ids cannot be proved to be the file's for every text; empty where
///   they are
public record RebuiltModel(SentencePieceModel model, List<String> doubts) {
    public RebuiltModel {
        doubts = List.copyOf(doubts);
    }

    /// From `tokenizer.json` (docs/specs/gguf.md#vocabulary-from-merges): pieces in id order, the
    /// score of a piece minus the rank of the first merge that makes it.
    ///
    /// @param config `tokenizer_config.json`, which names the special tokens; may be empty
    /// @throws FileException if it is malformed, or no BPE with byte fallback, as LLaMA's is
    static RebuiltModel ofFastTokenizer(Path file, ObjectNode fast, ObjectNode config)
            throws FileException {
        return new Builder(file, fast, config).build();
    }

    /// One `tokenizer.json` on its way to become a model.
    private static final class Builder {
        private final Path file;
        private final ObjectNode fast;
        private final ObjectNode config;
        private final JsonNode bytePairs;
        private final List<String> doubts = new ArrayList<>();
        private final Map<String, Integer> ids = new HashMap<>();

        Builder(Path file, ObjectNode fast, ObjectNode config) {
            this.file = file;
            this.fast = fast;
            this.config = config;
            this.bytePairs = fast.path("model");
        }

        RebuiltModel build() throws FileException {
            requireLlama();
            String[] texts = texts();
            MergeRanks ranks = MergeRanks.read(file, bytePairs.path("merges"), ids);
            List<Piece> pieces = pieces(texts, ranks);
            var normalization = FastNormalization.of(fast);
            SentencePieceModel model =
                    SentencePieceModel.ofPieces(
                            file,
                            pieces,
                            special("bos_token", "<s>"),
                            special("eos_token", "</s>"),
                            normalization.spaceFirst());
            if (!model.byteFallback()) {
                throw FileException.malformed(
                        file, "says byte_fallback but holds no byte pieces, expected 256");
            }
            doubts.addAll(normalization.doubts());
            doubts.addAll(ranks.doubts(model));
            return new RebuiltModel(model, doubts);
        }

        private void requireLlama() throws FileException {
            String type = bytePairs.path("type").asText("BPE");
            if (!type.equals("BPE")
                    || !bytePairs.path("byte_fallback").asBoolean(false)
                    || bytePairs.path("ignore_merges").asBoolean(false)
                    || !bytePairs.path("continuing_subword_prefix").asText("").isEmpty()
                    || !bytePairs.path("end_of_word_suffix").asText("").isEmpty()) {
                throw new FileException(
                        Problem.of(
                                        ErrorKind.UNSUPPORTED,
                                        file,
                                        "is no BPE vocabulary with byte_fallback, as LLaMA's is")
                                .withHint(
                                        "LLaMA, Llama 2 and their descendants have one; Llama 3"
                                                + " has another kind"));
            }
        }

        /// Texts by id: the vocabulary, and added tokens where it leaves a gap.
        private String[] texts() throws FileException {
            JsonNode vocabulary = bytePairs.path("vocab");
            if (!vocabulary.isObject() || vocabulary.isEmpty()) {
                throw FileException.malformed(file, "model.vocab is missing or empty");
            }
            var byId = new HashMap<Integer, String>();
            int size = 0;
            for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
                int id = TokenId.of(file, "token", entry.getKey(), entry.getValue());
                put(byId, id, entry.getKey());
                size = Math.max(size, id + 1);
            }
            for (JsonNode token : fast.path("added_tokens")) {
                String text = token.path("content").asText("");
                int id = TokenId.of(file, "token", text, token.path("id"));
                if (id < size && !text.equals(byId.get(id))) {
                    put(byId, id, text);
                }
            }
            String[] texts = new String[size];
            Arrays.setAll(texts, id -> byId.getOrDefault(id, ""));
            for (int id = 0; id < size; id++) {
                if (texts[id].isEmpty()) {
                    throw FileException.malformed(file, "no token has the id " + id);
                }
                ids.put(texts[id], id);
            }
            return texts;
        }

        private void put(Map<Integer, String> byId, int id, String text) throws FileException {
            String other = byId.putIfAbsent(id, text);
            if (other != null) {
                throw FileException.malformed(
                        file,
                        "the id "
                                + id
                                + " is of "
                                + Printable.name(other)
                                + " and of "
                                + Printable.name(text));
            }
        }

        private List<Piece> pieces(String[] texts, MergeRanks ranks) {
            Map<String, Piece.Type> added = new HashMap<>();
            for (JsonNode token : fast.path("added_tokens")) {
                added.put(
                        token.path("content").asText(""),
                        token.path("special").asBoolean(false)
                                ? Piece.Type.CONTROL
                                : Piece.Type.USER_DEFINED);
            }
            String unknown = text("unk_token").orElse(bytePairs.path("unk_token").asText("<unk>"));
            List<Piece> pieces = new ArrayList<>();
            for (String text : texts) {
                Piece.Type type =
                        text.equals(unknown)
                                ? Piece.Type.UNKNOWN
                                : added.getOrDefault(
                                        text,
                                        VocabularyCheck.isBytePiece(text)
                                                ? Piece.Type.BYTE
                                                : Piece.Type.NORMAL);
                float score = type == Piece.Type.NORMAL ? ranks.score(pieces.size()) : 0;
                pieces.add(new Piece(text, score, type));
            }
            return pieces;
        }

        private OptionalInt special(String key, String usual) {
            Integer id = ids.get(text(key).orElse(usual));
            return id == null ? OptionalInt.empty() : OptionalInt.of(id);
        }

        /// A special token as `tokenizer_config.json` gives it: text, or an object around it.
        private Optional<String> text(String key) {
            JsonNode token = config.path(key);
            String text = (token.isObject() ? token.path("content") : token).asText("");
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        }
    }
}
