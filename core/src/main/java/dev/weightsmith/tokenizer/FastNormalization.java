package dev.weightsmith.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// What a `tokenizer.json` does to a text before it cuts it, in SentencePiece's words.
///
/// @param spaceFirst whether a space is put before the text
/// @param doubts what it does in another way than SentencePiece
record FastNormalization(boolean spaceFirst, List<String> doubts) {
    FastNormalization {
        doubts = List.copyOf(doubts);
    }

    /// Both forms that LLaMA's have are known: normalizers that put `▁` before the text and for
    /// spaces, and a Metaspace pre-tokenizer that does both and splits nothing.
    static FastNormalization of(JsonNode fast) {
        boolean first = false;
        boolean metaspaceFirst = false;
        boolean escapes = false;
        boolean known = true;
        for (JsonNode step : steps(fast.path("normalizer"), "normalizers")) {
            switch (step.path("type").asText("")) {
                case "Prepend" -> {
                    first = true;
                    known &= step.path("prepend").asText("").equals("▁");
                }
                case "Replace" -> {
                    escapes = true;
                    known &=
                            step.path("pattern").path("String").asText("").equals(" ")
                                    && step.path("content").asText("").equals("▁");
                }
                default -> known = false;
            }
        }
        for (JsonNode step : steps(fast.path("pre_tokenizer"), "pretokenizers")) {
            if (step.path("type").asText("").equals("Metaspace")) {
                metaspaceFirst |=
                        !step.path("prepend_scheme").asText("").equals("never")
                                && step.path("add_prefix_space").asBoolean(true);
                escapes = true;
                known &=
                        !step.path("split").asBoolean(true)
                                && step.path("replacement").asText("").equals("▁");
            } else {
                known = false;
            }
        }
        List<String> doubts = new ArrayList<>();
        if (metaspaceFirst) {
            doubts.add(
                    "a text that begins with a space gets no other before it, as SentencePiece"
                            + " would put there");
        }
        if (!known || !escapes) {
            doubts.add("it normalizes or splits texts in another way than LLaMA's");
        }
        return new FastNormalization(first || metaspaceFirst, doubts);
    }

    private static Iterable<JsonNode> steps(JsonNode node, String list) {
        if (node.path("type").asText("").equals("Sequence")) {
            return node.path(list);
        }
        return node.isObject() ? List.of(node) : List.of();
    }
}
