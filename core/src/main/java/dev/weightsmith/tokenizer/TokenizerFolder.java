package dev.weightsmith.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.json.JsonText;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;

/// The files that transformers expects of a LLaMA tokenizer, made from its SentencePiece model.
///
/// @param files bytes by name, `tokenizer.model` first
/// @param notes what the files cannot say as the model does
public record TokenizerFolder(SequencedMap<String, byte[]> files, List<String> notes) {
    /// What "no limit" is in `model_max_length`: Python's `int(1e30)`.
    private static final BigInteger NO_LIMIT = new BigInteger("1000000000000000019884624838656");

    public TokenizerFolder {
        files = new LinkedHashMap<>(files);
        notes = List.copyOf(notes);
    }

    /// @param padding the piece that fills short texts, if there is one
    /// @throws PlanException if the model has not LLaMA's form: BPE, byte pieces, and `<unk>`,
    ///   `<s>` and `</s>`, whatever they are called, as the first three ids
    public static TokenizerFolder of(SentencePieceModel model, Optional<String> padding) {
        return of(model, padding, JsonNodeFactory.instance.objectNode());
    }

    /// The same with more, or other, entries of `tokenizer_config.json`.
    public static TokenizerFolder of(
            SentencePieceModel model, Optional<String> padding, ObjectNode entries) {
        requireLlama(model);
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        files.put("tokenizer.model", model.bytes());
        ObjectNode config = config(model, padding);
        config.setAll(entries);
        files.put("tokenizer_config.json", JsonText.sorted(config));
        files.put("special_tokens_map.json", JsonText.sorted(specialTokens(model, padding)));
        if (!model.keepsText()) {
            notes.add(
                    "no tokenizer.json is written: tokenizer.model normalizes the text in a way"
                            + " that LLaMA's fast tokenizer does not");
        } else {
            Set<String> special = padding.map(Set::of).orElseGet(Set::of);
            files.put("tokenizer.json", new FastTokenizer(model, special).bytes());
            if (Merges.dependOnPlace(model)) {
                notes.add(
                        "pieces with equal scores overlap, where tokenizer.model makes the leftmost"
                                + " first and tokenizer.json, as transformers builds it, cannot:"
                                + " some texts get other ids from it");
            }
        }
        return new TokenizerFolder(files, notes);
    }

    /// @throws PlanException if the model has not LLaMA's form
    public static void requireLlama(SentencePieceModel model) {
        if (model.kind() != SentencePieceModel.Kind.BPE) {
            throw mismatch("is a unigram model, expected BPE as LLaMA has");
        }
        if (!model.byteFallback()) {
            throw mismatch("has no byte pieces, expected '<0x00>' to '<0xFF>' as LLaMA has");
        }
        requireId(model, "unknown piece", OptionalInt.of(model.unknownId()), 0);
        requireId(model, "piece that begins a text", model.beginId(), 1);
        requireId(model, "piece that ends a text", model.endId(), 2);
    }

    private static void requireId(
            SentencePieceModel model, String what, OptionalInt found, int expected) {
        if (found.isEmpty() || found.getAsInt() != expected) {
            throw mismatch(
                    "the "
                            + what
                            + (found.isEmpty() ? " is missing" : " has the id " + found.getAsInt())
                            + ", expected id "
                            + expected
                            + " as LLaMA has");
        }
        Piece.Type type = model.pieces().get(expected).type();
        if (type != Piece.Type.CONTROL && type != Piece.Type.UNKNOWN) {
            throw mismatch(
                    "the "
                            + what
                            + ", "
                            + Printable.name(model.pieces().get(expected).text())
                            + ", has type "
                            + type
                            + ", expected CONTROL");
        }
    }

    private static PlanException mismatch(String message) {
        return new PlanException(
                Problem.of(ErrorKind.MISMATCH, "the base vocabulary: " + message)
                        .withHint("take the tokenizer.model of a LLaMA model"));
    }

    private static ObjectNode config(SentencePieceModel model, Optional<String> padding) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("add_bos_token", true);
        config.put("add_eos_token", false);
        config.put("bos_token", model.pieces().get(1).text());
        config.put("clean_up_tokenization_spaces", false);
        config.put("eos_token", model.pieces().get(2).text());
        config.put("legacy", true);
        config.put("model_max_length", NO_LIMIT);
        padding.ifPresentOrElse(
                text -> config.put("pad_token", text), () -> config.putNull("pad_token"));
        config.putObject("sp_model_kwargs");
        config.put("tokenizer_class", "LlamaTokenizer");
        config.put("unk_token", model.pieces().get(0).text());
        return config;
    }

    private static ObjectNode specialTokens(SentencePieceModel model, Optional<String> padding) {
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        map.put("bos_token", model.pieces().get(1).text());
        map.put("eos_token", model.pieces().get(2).text());
        padding.ifPresent(text -> map.put("pad_token", text));
        map.put("unk_token", model.pieces().get(0).text());
        return map;
    }

    static byte[] bytes(JsonNode json) {
        try {
            return (new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json)
                            + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON cannot be written", e);
        }
    }
}
