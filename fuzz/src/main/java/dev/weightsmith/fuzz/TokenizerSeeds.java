package dev.weightsmith.fuzz;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.testing.GgufBytes;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFolder;
import dev.weightsmith.tokenizer.proto.ModelProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// One small vocabulary in the forms that tokenizers are kept in.
final class TokenizerSeeds {
    private static final Path FILE = Path.of("tokenizer.model");

    private TokenizerSeeds() {}

    /// LLaMA's special and byte pieces, a few letters and what they join to.
    static SentencePieceModel model() {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece("<unk>", 0, Piece.Type.UNKNOWN));
        pieces.add(new Piece("<s>", 0, Piece.Type.CONTROL));
        pieces.add(new Piece("</s>", 0, Piece.Type.CONTROL));
        for (int b = 0; b < 256; b++) {
            pieces.add(new Piece("<0x%02X>".formatted(b), 0, Piece.Type.BYTE));
        }
        List<String> normal = List.of("▁t", "he", "▁the", "▁", "t", "h", "e", "你");
        for (int i = 0; i < normal.size(); i++) {
            pieces.add(new Piece(normal.get(i), -i, Piece.Type.NORMAL));
        }
        try {
            return SentencePieceModel.ofPieces(
                    FILE, pieces, OptionalInt.of(1), OptionalInt.of(2), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<byte[]> sentencePiece() {
        return List.of(model().bytes(), normalizing());
    }

    /// The same with a rule by which texts are normalized: `a` becomes `b`.
    private static byte[] normalizing() {
        int trieBytes = 2048;
        int childrenOfA = 256;
        var rules = ByteBuffer.allocate(4 + trieBytes + 2).order(ByteOrder.LITTLE_ENDIAN);
        rules.putInt(0, trieBytes);
        rules.putInt(4 + 4 * 'a', ('a' ^ childrenOfA) << 10 | 0x100 | 'a');
        rules.putInt(4 + 4 * childrenOfA, 0x8000_0000);
        rules.put(4 + trieBytes, (byte) 'b');
        try {
            var proto = ModelProto.parseFrom(model().bytes()).toBuilder();
            proto.getNormalizerSpecBuilder()
                    .setPrecompiledCharsmap(ByteString.copyFrom(rules.array()));
            return proto.build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<byte[]> tokenizerJson() {
        byte[] json = TokenizerFolder.of(model(), Optional.empty()).files().get("tokenizer.json");
        try {
            return List.of(utf8(new JsonMapper().readTree(json).toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<byte[]> tokenizerConfig() {
        return List.of(
                utf8(
                        """
                        {"add_bos_token": true, "bos_token": {"content": "<s>", "lstrip": false},
                         "added_tokens_decoder": {"1": {"content": "<s>", "special": true},
                          "267": {"content": "[PAD]", "special": true}},
                         "chat_template": [{"name": "default", "template": "{{ messages }}"},
                          {"name": "tool_use", "template": ""}],
                         "model_max_length": 1000000000000000019884624838656}
                        """),
                utf8("{\"chat_template\": \"{{ bos_token }}\"}"));
    }

    static List<byte[]> addedTokens() {
        return List.of(utf8("{\"[PAD]\": 267, \"<s>\": 1}"), utf8("{}"));
    }

    /// A LLaMA model in GGUF that has no weights.
    static List<byte[]> gguf() {
        List<Piece> pieces = model().pieces();
        SequencedMap<String, GgufValue> metadata = new LinkedHashMap<>();
        metadata.put("general.architecture", new GgufValue.Text("llama"));
        metadata.put("llama.embedding_length", new GgufValue.U32(8));
        metadata.put("llama.feed_forward_length", new GgufValue.U32(24));
        metadata.put("llama.block_count", new GgufValue.U32(1));
        metadata.put("llama.attention.head_count", new GgufValue.U32(2));
        metadata.put("llama.attention.head_count_kv", new GgufValue.U32(1));
        metadata.put("llama.attention.layer_norm_rms_epsilon", new GgufValue.F32(1e-5f));
        metadata.put("llama.vocab_size", new GgufValue.U32(pieces.size()));
        metadata.put("llama.context_length", new GgufValue.U32(64));
        metadata.put("llama.rope.freq_base", new GgufValue.F32(10000));
        metadata.put("llama.rope.scaling.type", new GgufValue.Text("linear"));
        metadata.put("llama.rope.scaling.factor", new GgufValue.F32(2));
        metadata.put("tokenizer.ggml.model", new GgufValue.Text("llama"));
        metadata.put(
                "tokenizer.ggml.tokens",
                new GgufValue.Texts(pieces.stream().map(Piece::text).toList()));
        var scores = new float[pieces.size()];
        var types = new int[pieces.size()];
        for (int id = 0; id < pieces.size(); id++) {
            scores[id] = pieces.get(id).score();
            types[id] = pieces.get(id).type().number();
        }
        metadata.put("tokenizer.ggml.scores", new GgufValue.F32s(scores));
        metadata.put("tokenizer.ggml.token_type", new GgufValue.I32s(types));
        metadata.put("tokenizer.ggml.bos_token_id", new GgufValue.U32(1));
        metadata.put("tokenizer.ggml.eos_token_id", new GgufValue.U32(2));
        return List.of(GgufBytes.header(0, metadata.size()).pairs(metadata).pad().bytes());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
