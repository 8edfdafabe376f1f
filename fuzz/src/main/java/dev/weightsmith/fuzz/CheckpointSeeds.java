package dev.weightsmith.fuzz;

import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.testing.GgufBytes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Small files of weights: safetensors, GGUF, importance matrices.
final class CheckpointSeeds {
    private static final String QUERY = "base_model.model.model.layers.0.self_attn.q_proj";

    private CheckpointSeeds() {}

    static List<byte[]> safetensors() {
        return List.of(
                safetensors(
                        """
                        {"__metadata__": {"format": "pt", "é": "\\n"},
                         "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
                         "b": {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]},
                         "c": {"dtype": "I64", "shape": [], "data_offsets": [32, 40]},
                         "d": {"dtype": "F16", "shape": [0, 5], "data_offsets": [40, 40]}}\
                        """,
                        40),
                safetensors("{}", 0));
    }

    /// The weights of an adapter of rank 2 for one matrix.
    static byte[] adapter() {
        return safetensors(
                """
                {"%1$s.lora_A.weight": {"dtype": "F32", "shape": [2, 4], "data_offsets": [0, 32]},
                 "%1$s.lora_B.weight": {"dtype": "F32", "shape": [6, 2], "data_offsets": [32, 80]}}
                """
                        .formatted(QUERY),
                80);
    }

    private static byte[] safetensors(String header, int bytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return new GgufBytes().u64(json.length).raw(json).zeros(bytes).bytes();
    }

    static List<byte[]> gguf() {
        return List.of(everyTypeOfValue(), someTypesOfTensors());
    }

    private static byte[] everyTypeOfValue() {
        var file =
                GgufBytes.header(0, 14)
                        .key("u8", 0)
                        .raw((byte) 200)
                        .key("i8", 1)
                        .raw((byte) -3)
                        .key("u16", 2)
                        .raw((byte) 1, (byte) 2)
                        .key("i16", 3)
                        .raw((byte) -1, (byte) -1);
        file.key("u32", 4).u32(7).key("i32", 5).u32(-7).key("f32", 6).u32(0x3F800000);
        file.key("bool", 7).raw((byte) 1).key("text", 8).text("naïve");
        file.key("u64", 10).u64(1L << 40).key("i64", 11).u64(-1).key("f64", 12).u64(0);
        file.key("texts", 9).u32(8).u64(2).text("a").text("");
        file.key("bytes", 9).u32(0).u64(3).raw((byte) 1, (byte) 2, (byte) 3);
        return file.pad().bytes();
    }

    private static byte[] someTypesOfTensors() {
        return GgufBytes.header(4, 1)
                .key("general.alignment", 4)
                .u32(32)
                .tensor("f32", 0, 0, 3, 2)
                .tensor("f16", 1, 32, 5)
                .tensor("q4_0", 2, 64, 32, 2)
                .tensor("q8_0", 8, 128, 32, 1)
                .pad()
                .zeros(162)
                .pad()
                .bytes();
    }

    static List<byte[]> importanceMatrices() {
        return List.of(legacyImportance(), ggufImportance());
    }

    private static byte[] legacyImportance() {
        return new GgufBytes()
                .u32(2)
                .u32(5)
                .ascii("blk.0")
                .u32(2)
                .u32(2)
                .u32(0x3F800000)
                .u32(0x40000000)
                .u32(6)
                .ascii("output")
                .u32(1)
                .u32(1)
                .u32(0)
                .u32(4)
                .u32(8)
                .ascii("text.txt")
                .bytes();
    }

    private static byte[] ggufImportance() {
        SequencedMap<String, GgufValue> metadata = new LinkedHashMap<>();
        metadata.put("imatrix.datasets", new GgufValue.Texts(List.of("text.txt")));
        metadata.put("imatrix.chunk_count", new GgufValue.U32(4));
        metadata.put("imatrix.chunk_size", new GgufValue.U32(512));
        return GgufBytes.header(2, metadata.size())
                .pairs(metadata)
                .tensor("blk.0.in_sum2", 0, 0, 4, 1)
                .tensor("blk.0.counts", 0, 32, 1, 1)
                .pad()
                .u32(0x3F800000)
                .zeros(28)
                .u32(0x40000000)
                .zeros(28)
                .bytes();
    }
}
