package dev.weightsmith.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.SharedData;
import dev.weightsmith.digest.Digest;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class ModelDigestTest {
    private static final String NORM = "model.norm.weight";
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String OUTPUT = "lm_head.weight";
    private static final float[] VALUES = {1, -2, 0.5f, 0, 3, -0.0f};

    private static ModelDigest of(MemoryCheckpoint model) throws IOException {
        return ModelDigest.of(model.readable(), 2, Progress.NONE);
    }

    private static MemoryCheckpoint norm(DType dtype, float... values) {
        return new MemoryCheckpoint().with(NORM, dtype, Shape.of(values.length), values);
    }

    private static Digest sha256(byte[]... parts) {
        var algorithm = Digest.algorithm();
        for (byte[] part : parts) {
            algorithm.update(part);
        }
        return Digest.of(algorithm);
    }

    @Test
    void tensorDigestIsThatOfHeaderAndFloats() throws IOException {
        var floats = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        floats.asFloatBuffer().put(VALUES);
        var model = new MemoryCheckpoint().with(EMBEDDING, DType.F16, Shape.of(2, 3), VALUES);
        assertThat(of(model).tensors())
                .containsEntry(
                        EMBEDDING,
                        sha256(
                                "float32 [2, 3]\n".getBytes(StandardCharsets.US_ASCII),
                                floats.array()));
    }

    @Test
    void modelDigestIsThatOfTheSortedList() throws IOException {
        var model =
                new MemoryCheckpoint()
                        .with("b", DType.F32, Shape.of(1), 1)
                        .with("a", DType.F32, Shape.of(1), 2);
        ModelDigest digest = of(model);
        String list = digest.tensors().get("a") + "  a\n" + digest.tensors().get("b") + "  b\n";
        assertThat(digest.model()).isEqualTo(sha256(list.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void typeThatHoldsTheValuesMakesNoDifference(DType dtype) throws IOException {
        assertThat(of(norm(dtype, VALUES))).isEqualTo(of(norm(DType.F32, VALUES)));
    }

    @Test
    void doublesAreAFormOfTheirOwn() throws IOException {
        assertThat(of(norm(DType.F64, VALUES))).isNotEqualTo(of(norm(DType.F32, VALUES)));
    }

    @Test
    void roundedValuesAreOthers() throws IOException {
        assertThat(of(norm(DType.F16, 0.1f))).isNotEqualTo(of(norm(DType.F32, 0.1f)));
    }

    @Test
    void signOfZeroCounts() throws IOException {
        assertThat(of(norm(DType.F32, 0.0f))).isNotEqualTo(of(norm(DType.F32, -0.0f)));
    }

    @Test
    void shapeCounts() throws IOException {
        assertThat(of(new MemoryCheckpoint().with(EMBEDDING, DType.F32, Shape.of(2, 3), VALUES)))
                .isNotEqualTo(
                        of(
                                new MemoryCheckpoint()
                                        .with(EMBEDDING, DType.F32, Shape.of(3, 2), VALUES)));
    }

    @Test
    void everyNanIsTheSame() throws IOException {
        var one = norm(DType.F16, 1, 1).flip(NORM, 1, 0x3C00 ^ 0x7E01);
        var other = norm(DType.F32, 1, Float.intBitsToFloat(0xFFC1_2345));
        assertThat(of(one)).isEqualTo(of(other));
    }

    @Test
    void integersAreDigestedAsStored() throws IOException {
        var longs = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(7);
        assertThat(of(norm(DType.I64, 7)).tensors())
                .containsEntry(
                        NORM,
                        sha256("i64 [1]\n".getBytes(StandardCharsets.US_ASCII), longs.array()));
    }

    @Test
    void tiedOutputIsNoTensorOfItsOwn() throws IOException {
        var tied = new MemoryCheckpoint().with(EMBEDDING, DType.F16, Shape.of(2, 3), VALUES);
        var twice =
                new MemoryCheckpoint()
                        .with(EMBEDDING, DType.F16, Shape.of(2, 3), VALUES)
                        .with(OUTPUT, DType.F32, Shape.of(2, 3), VALUES);
        assertThat(of(twice)).isEqualTo(of(tied));
    }

    @Test
    void otherOutputCounts() throws IOException {
        var model =
                new MemoryCheckpoint()
                        .with(EMBEDDING, DType.F16, Shape.of(2, 3), VALUES)
                        .with(OUTPUT, DType.F16, Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
        assertThat(of(model).tensors()).containsKey(OUTPUT);
    }

    @Test
    void whatFollowsFromTheConfigurationIsLeftOut() throws IOException {
        var model =
                norm(DType.F32, VALUES)
                        .with(
                                "model.layers.0.self_attn.rotary_emb.inv_freq",
                                DType.F32,
                                Shape.of(1),
                                1);
        assertThat(of(model)).isEqualTo(of(norm(DType.F32, VALUES)));
    }

    @Test
    void largeTensorIsDigestedInPieces() throws IOException {
        var values = MemoryCheckpoint.random(3 << 20, 1, 1);
        var model =
                new MemoryCheckpoint()
                        .with(EMBEDDING, DType.F32, Shape.of(3 << 10, 1 << 10), values);
        var floats = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        floats.asFloatBuffer().put(values);
        assertThat(of(model).tensors().get(EMBEDDING))
                .isEqualTo(
                        sha256(
                                "float32 [3072, 1024]\n".getBytes(StandardCharsets.US_ASCII),
                                floats.array()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny/base-hf",
                "tiny/base-hf-bin",
                "tiny/base-meta",
                "tiny/base-meta-2shard",
                "tiny/gguf/tiny-base-f16.gguf",
                "tiny/gguf/tiny-base-f32.gguf"
            })
    void everyFormOfTheModelHasTheSameDigest(String form) throws IOException {
        Path path = SharedData.path(form);
        try (LlamaModel model = LlamaModel.open(path)) {
            // Computed by a few lines of Python from the definition.
            assertThat(ModelDigest.of(model.readable(), 2, Progress.NONE).model())
                    .hasToString(
                            "1fad3329b6d7bad4ddf27e0f59b60160db5ca4539ef8352cc028061f0a77701b");
        }
    }
}
