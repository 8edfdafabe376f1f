package dev.weightsmith.llama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.tokenizer.AddedToken;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// Which tokens of a GGUF file are special, and which are put around a text by themselves
/// (docs/specs/gguf.md#special-tokens).
final class GgufSpecialTokens {
    /// Kinds in Hugging Face's words and in GGUF's keys, in llama.cpp's order. `seperator` is
    /// spelled like that there.
    private static final SequencedMap<String, String> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("bos", "bos");
        KINDS.put("eos", "eos");
        KINDS.put("unk", "unknown");
        KINDS.put("sep", "seperator");
        KINDS.put("pad", "padding");
        KINDS.put("cls", "cls");
        KINDS.put("mask", "mask");
    }

    private static final List<String> ADDED_AROUND = List.of("bos", "eos", "sep");

    private final LlamaConfig config;
    private final TokenizerFiles tokenizer;
    private final SequencedMap<String, Integer> ids = new LinkedHashMap<>();

    private GgufSpecialTokens(LlamaConfig config, TokenizerFiles tokenizer) {
        this.config = config;
        this.tokenizer = tokenizer;
    }

    static void put(Map<String, GgufValue> metadata, LlamaConfig config, TokenizerFiles tokenizer) {
        var special = new GgufSpecialTokens(config, tokenizer);
        special.findIds();
        special.ids.forEach((kind, id) ->
                metadata.put(
                        "tokenizer.ggml." + KINDS.get(kind) + "_token_id", new GgufValue.U32(id)));
        special.putAddedAround(metadata);
        if (config.vocabularySize() == 32016) {
            // Code Llama's tokens for filling in the middle.
            metadata.put("tokenizer.ggml.prefix_token_id", new GgufValue.U32(32007));
            metadata.put("tokenizer.ggml.suffix_token_id", new GgufValue.U32(32008));
            metadata.put("tokenizer.ggml.middle_token_id", new GgufValue.U32(32009));
            metadata.put("tokenizer.ggml.eot_token_id", new GgufValue.U32(32010));
        }
    }

    /// The first source that knows an id counts: the files' added tokens, `config.json`, the model.
    private void findIds() {
        for (String kind : KINDS.sequencedKeySet()) {
            set(kind, addedId(text(kind)));
        }
        for (String kind : KINDS.sequencedKeySet()) {
            set(kind, config.tokenId(kind));
        }
        set("bos", tokenizer.model().beginId());
        set("eos", tokenizer.model().endId());
        set("pad", tokenizer.model().id(text("pad")));
        set("pad", tokenizer.model().paddingId());
        if (tokenizer.model().unknownId() != 0) {
            set("unk", OptionalInt.of(tokenizer.model().unknownId()));
        }
    }

    private void set(String kind, OptionalInt id) {
        if (id.isPresent() && id.getAsInt() < config.vocabularySize()) {
            ids.putIfAbsent(kind, id.getAsInt());
        }
    }

    private OptionalInt addedId(String text) {
        return tokenizer.added().stream()
                .filter(token -> token.text().equals(text))
                .mapToInt(AddedToken::id)
                .findFirst();
    }

    private String text(String kind) {
        return tokenizer.specialToken(kind).orElse("");
    }

    private void putAddedAround(Map<String, GgufValue> metadata) {
        SequencedMap<String, Boolean> added = new LinkedHashMap<>();
        JsonNode processor = tokenizer.fast().path("post_processor");
        JsonNode processors = processor.path("processors");
        for (JsonNode one : processors.isArray() ? processors : List.of(processor)) {
            if (one.path("type").asText("").equals("TemplateProcessing")) {
                readTemplate(one.path("single"), added);
            }
        }
        for (String kind : ADDED_AROUND) {
            JsonNode said = tokenizer.config().path("add_" + kind + "_token");
            if (said.isBoolean()) {
                added.put(kind, said.booleanValue());
            }
        }
        added.forEach((kind, value) ->
                metadata.put("tokenizer.ggml.add_" + kind + "_token", new GgufValue.Bool(value)));
    }

    /// The template of one text: special tokens first and last are what is added.
    private void readTemplate(JsonNode single, Map<String, Boolean> added) {
        if (single.size() > 1) {
            String first = single.path(0).path("SpecialToken").path("id").asText("");
            if (!first.isEmpty()) {
                added.put("bos", first.equals(text("bos")));
            }
            String last = single.path(single.size() - 1).path("SpecialToken").path("id").asText("");
            if (!last.isEmpty()) {
                added.put("eos", last.equals(text("eos")));
            }
        }
    }
}
