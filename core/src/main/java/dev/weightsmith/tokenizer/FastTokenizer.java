package dev.weightsmith.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/// `tokenizer.json` of a SentencePiece model: what transformers builds for `LlamaTokenizerFast`.
final class FastTokenizer {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final SentencePieceModel model;
    private final Set<String> special;

    /// @param special pieces that are found in a text whole and left out of decoded text
    FastTokenizer(SentencePieceModel model, Set<String> special) {
        this.model = model;
        this.special = special;
    }

    byte[] bytes() {
        return TokenizerFolder.bytes(json());
    }

    private ObjectNode json() {
        ObjectNode root = NODES.objectNode();
        root.put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        root.set("added_tokens", addedTokens());
        root.set("normalizer", normalizer());
        root.putNull("pre_tokenizer");
        root.set("post_processor", postProcessor());
        root.set("decoder", decoder());
        root.set("model", bytePairs());
        return root;
    }

    private ArrayNode addedTokens() {
        ArrayNode tokens = NODES.arrayNode();
        List<Piece> pieces = model.pieces();
        for (int id = 0; id < pieces.size(); id++) {
            Piece piece = pieces.get(id);
            boolean isSpecial =
                    special.contains(piece.text())
                            || piece.type() == Piece.Type.CONTROL
                            || piece.type() == Piece.Type.UNKNOWN;
            if (isSpecial || piece.type() == Piece.Type.USER_DEFINED) {
                tokens.addObject()
                        .put("id", id)
                        .put("content", piece.text())
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", isSpecial);
            }
        }
        return tokens;
    }

    private ObjectNode normalizer() {
        ObjectNode sequence = NODES.objectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("normalizers");
        if (model.addDummyPrefix()) {
            steps.addObject().put("type", "Prepend").put("prepend", "▁");
        }
        steps.add(replace(" ", "▁"));
        return sequence;
    }

    private ObjectNode decoder() {
        ObjectNode sequence = NODES.objectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("decoders");
        steps.add(replace("▁", " "));
        steps.addObject().put("type", "ByteFallback");
        steps.addObject().put("type", "Fuse");
        if (model.addDummyPrefix()) {
            steps.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        return sequence;
    }

    private static ObjectNode replace(String pattern, String content) {
        ObjectNode step = NODES.objectNode().put("type", "Replace");
        step.putObject("pattern").put("String", pattern);
        return step.put("content", content);
    }

    /// Puts the token that begins a text before each text.
    private ObjectNode postProcessor() {
        String begin = model.pieces().get(model.beginId().orElseThrow()).text();
        ObjectNode template = NODES.objectNode().put("type", "TemplateProcessing");
        ArrayNode single = template.putArray("single");
        add(single, begin, "A", 0);
        ArrayNode pair = template.putArray("pair");
        add(pair, begin, "A", 0);
        add(pair, begin, "B", 1);
        ObjectNode token = template.putObject("special_tokens").putObject(begin);
        token.put("id", begin);
        token.putArray("ids").add(model.beginId().orElseThrow());
        token.putArray("tokens").add(begin);
        return template;
    }

    private static void add(ArrayNode template, String begin, String text, int type) {
        template.addObject().putObject("SpecialToken").put("id", begin).put("type_id", type);
        template.addObject().putObject("Sequence").put("id", text).put("type_id", type);
    }

    private ObjectNode bytePairs() {
        ObjectNode pairs = NODES.objectNode().put("type", "BPE");
        pairs.putNull("dropout");
        pairs.put("unk_token", model.pieces().get(model.unknownId()).text());
        pairs.putNull("continuing_subword_prefix");
        pairs.putNull("end_of_word_suffix");
        pairs.put("fuse_unk", true);
        pairs.put("byte_fallback", model.byteFallback());
        pairs.put("ignore_merges", false);
        ObjectNode vocabulary = pairs.putObject("vocab");
        model.pieces().forEach(piece -> vocabulary.put(piece.text(), vocabulary.size()));
        putMerges(pairs.putArray("merges"), Merges.of(model));
        return pairs;
    }

    /// As text with a space between, which every version of the library reads, where the pieces
    /// allow it; else as lists of two, which newer ones read.
    private void putMerges(ArrayNode array, List<Merges.Merge> merges) {
        boolean asText = model.pieces().stream().noneMatch(piece -> piece.text().contains(" "));
        for (Merges.Merge merge : merges) {
            String left = model.pieces().get(merge.left()).text();
            String right = model.pieces().get(merge.right()).text();
            if (asText) {
                array.add(left + " " + right);
            } else {
                array.addArray().add(left).add(right);
            }
        }
    }
}
