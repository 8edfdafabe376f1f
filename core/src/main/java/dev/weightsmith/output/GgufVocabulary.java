package dev.weightsmith.output;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.tokenizer.AddedToken;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The tokens of a GGUF file with their scores and types (docs/specs/gguf.md#vocabulary).
///
/// Where we differ from llama.cpp's converter, docs/formats/gguf.md says why.
public final class GgufVocabulary {
    private static final float ADDED_SCORE = -1000;
    private static final float PADDING_SCORE = -10000;
    private static final Set<String> SPECIAL = Set.of("<pad>", "<mask>", "<2mass>", "[@BOS@]");

    private final List<String> tokens = new ArrayList<>();
    private final float[] scores;
    private final int[] types;

    private GgufVocabulary(int size) {
        scores = new float[size];
        types = new int[size];
    }

    /// @param size rows of the embedding; ids without a token get one that is never used
    /// @throws PlanException if the tokenizer has more tokens than the model has rows
    public static void put(Map<String, GgufValue> metadata, TokenizerFiles tokenizer, int size) {
        if (tokenizer.vocabularySize() > size) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.MISMATCH,
                                    tokenizer.folder(),
                                    "the tokenizer is %s but the model's embedding has %d rows"
                                            .formatted(tokenizer.vocabularyName(), size))
                            .withHint("take the tokenizer that belongs to the model"));
        }
        var vocabulary = new GgufVocabulary(size);
        tokenizer.model().pieces().forEach(vocabulary::add);
        tokenizer.added().forEach(vocabulary::describe);
        while (vocabulary.tokens.size() < size) {
            vocabulary.add(
                    "[PAD" + vocabulary.tokens.size() + "]", PADDING_SCORE, Piece.Type.UNUSED);
        }
        metadata.put("tokenizer.ggml.tokens", new GgufValue.Texts(vocabulary.tokens));
        metadata.put("tokenizer.ggml.scores", new GgufValue.F32s(vocabulary.scores));
        metadata.put("tokenizer.ggml.token_type", new GgufValue.I32s(vocabulary.types));
    }

    private void add(Piece piece) {
        add(text(piece.text(), piece.type()), piece.score(), piece.type());
    }

    /// A token that the Hugging Face files add, or say more about than the model does.
    private void describe(AddedToken token) {
        Piece.Type type =
                token.special() || looksSpecial(token.text())
                        ? Piece.Type.CONTROL
                        : Piece.Type.USER_DEFINED;
        if (token.id() == tokens.size()) {
            add(text(token.text(), type), ADDED_SCORE, type);
        } else if (types[token.id()] == Piece.Type.NORMAL.number()) {
            tokens.set(token.id(), text(token.text(), type));
            types[token.id()] = type.number();
        }
    }

    private void add(String token, float score, Piece.Type type) {
        scores[tokens.size()] = score;
        types[tokens.size()] = type.number();
        tokens.add(token);
    }

    /// User-defined tokens are looked for in the text itself, where a space is a space.
    private static String text(String text, Piece.Type type) {
        return type == Piece.Type.USER_DEFINED ? text.replace('▁', ' ') : text;
    }

    private static boolean looksSpecial(String text) {
        return SPECIAL.contains(text)
                || (text.startsWith("<|") && text.endsWith("|>"))
                || (text.startsWith("<｜") && text.endsWith("｜>"))
                || (text.startsWith("<unused") && text.endsWith(">"));
    }
}
