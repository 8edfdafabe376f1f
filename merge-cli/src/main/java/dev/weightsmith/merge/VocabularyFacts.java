package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.tokenizer.GgufTokens;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// A vocabulary: its size, which one that makes it, and what its tokens are.
final class VocabularyFacts {
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
        ObjectNode facts = of(model.pieces(), "SentencePiece " + model.kind());
        putToken(facts, "bos", model.beginId(), texts(model.pieces()));
        putToken(facts, "eos", model.endId(), texts(model.pieces()));
        putToken(facts, "pad", model.padding(), texts(model.pieces()));
        return facts;
    }

    /// Those of a GGUF file.
    static ObjectNode of(GgufTokens tokens) {
        ObjectNode facts = of(tokens.pieces(), tokens.kind());
        putToken(facts, "bos", tokens.id("bos"), texts(tokens.pieces()));
        putToken(facts, "eos", tokens.id("eos"), texts(tokens.pieces()));
        putToken(facts, "pad", tokens.id("padding"), texts(tokens.pieces()));
        facts.put("chat_template", tokens.chatTemplates().title());
        return facts;
    }

    private static ObjectNode of(List<Piece> pieces, String kind) {
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        facts.put("size", pieces.size());
        facts.put("name", TokenizerFiles.vocabularyName(pieces.size()));
        facts.put("kind", kind);
        ObjectNode types = facts.putObject("types");
        for (Piece.Type type : Piece.Type.values()) {
            long count = pieces.stream().filter(piece -> piece.type() == type).count();
            if (count > 0) {
                types.put(type.name().toLowerCase(Locale.ROOT).replace('_', ' '), count);
            }
        }
        return facts;
    }

    private static List<String> texts(List<Piece> pieces) {
        return pieces.stream().map(Piece::text).toList();
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
