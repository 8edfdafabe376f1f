package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.llama.GgufChatTemplates;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A vocabulary: its size, which one that makes it, and what its tokens are.
final class VocabularyFacts {
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String TYPES = "tokenizer.ggml.token_type";

    private VocabularyFacts() {}

    static ObjectNode of(TokenizerFiles files) {
        ObjectNode facts = of(files.model());
        int pieces = files.model().pieces().size();
        facts.put("size", files.vocabularySize());
        facts.put("name", files.vocabularyName());
        ObjectNode added = JsonNodeFactory.instance.objectNode();
        files.added().stream()
                .filter(token -> token.id() >= pieces)
                .forEach(token -> added.put(Integer.toString(token.id()), token.text()));
        if (!added.isEmpty()) {
            facts.set("added", added);
        }
        putToken(facts, "pad", files.padding(), files.tokens());
        facts.put("chat_template", files.chatTemplates().title());
        var names = facts.putArray("files");
        files.files().forEach(file -> names.add(String.valueOf(file.getFileName())));
        return facts;
    }

    static ObjectNode of(SentencePieceModel model) {
        List<Piece> pieces = model.pieces();
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        facts.put("size", pieces.size());
        facts.put("name", TokenizerFiles.vocabularyName(pieces.size()));
        facts.put("kind", "SentencePiece " + model.kind());
        int[] counts = new int[Piece.Type.values().length + 1];
        pieces.forEach(piece -> counts[piece.type().number()]++);
        facts.set("types", types(counts));
        putToken(facts, "bos", model.beginId(), pieces.stream().map(Piece::text).toList());
        putToken(facts, "eos", model.endId(), pieces.stream().map(Piece::text).toList());
        putToken(facts, "pad", model.padding(), pieces.stream().map(Piece::text).toList());
        return facts;
    }

    /// The vocabulary in the metadata of a GGUF file, if it has one.
    static Optional<ObjectNode> of(Map<String, GgufValue> metadata) {
        if (!(metadata.get(TOKENS) instanceof GgufValue.Texts(List<String> tokens))) {
            return Optional.empty();
        }
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        facts.put("size", tokens.size());
        facts.put("name", TokenizerFiles.vocabularyName(tokens.size()));
        if (metadata.get("tokenizer.ggml.model") instanceof GgufValue.Text(String kind)) {
            facts.put("kind", kind);
        }
        if (metadata.get(TYPES) instanceof GgufValue.I32s(int[] numbers)) {
            int[] counts = new int[Piece.Type.values().length + 1];
            for (int number : numbers) {
                counts[number > 0 && number < counts.length ? number : 0]++;
            }
            facts.set("types", types(counts));
        }
        putToken(facts, "bos", id(metadata, "bos"), tokens);
        putToken(facts, "eos", id(metadata, "eos"), tokens);
        putToken(facts, "pad", id(metadata, "padding"), tokens);
        facts.put("chat_template", GgufChatTemplates.read(metadata).title());
        return Optional.of(facts);
    }

    private static OptionalInt id(Map<String, GgufValue> metadata, String kind) {
        return metadata.get("tokenizer.ggml." + kind + "_token_id")
                                instanceof GgufValue.U32(long id)
                        && id <= Integer.MAX_VALUE
                ? OptionalInt.of((int) id)
                : OptionalInt.empty();
    }

    private static ObjectNode types(int[] counts) {
        ObjectNode types = JsonNodeFactory.instance.objectNode();
        for (Piece.Type type : Piece.Type.values()) {
            if (counts[type.number()] > 0) {
                types.put(
                        type.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        counts[type.number()]);
            }
        }
        if (counts[0] > 0) {
            types.put("of no known type", counts[0]);
        }
        return types;
    }

    private static void putToken(
            ObjectNode facts, String kind, OptionalInt id, List<String> tokens) {
        if (id.isPresent()) {
            String text = id.getAsInt() < tokens.size() ? tokens.get(id.getAsInt()) : "";
            facts.set(kind, token(id.getAsInt(), text));
        }
    }

    private static ObjectNode token(int id, String text) {
        return JsonNodeFactory.instance.objectNode().put("id", id).put("text", text);
    }
}
