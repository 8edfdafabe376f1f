package dev.weightsmith.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.config.Configs;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorNamesTest {
    private static final Architecture LLAMA = Architectures.llama();

    @ParameterizedTest
    @CsvSource({
        "model.embed_tokens.weight, tok_embeddings.weight, token_embd.weight",
        "model.norm.weight, norm.weight, output_norm.weight",
        "lm_head.weight, output.weight, output.weight",
        "model.layers.7.input_layernorm.weight, layers.7.attention_norm.weight,"
                + " blk.7.attn_norm.weight",
        "model.layers.31.self_attn.q_proj.weight, layers.31.attention.wq.weight,"
                + " blk.31.attn_q.weight",
        "model.layers.0.self_attn.v_proj.weight, layers.0.attention.wv.weight,"
                + " blk.0.attn_v.weight",
        "model.layers.0.self_attn.o_proj.weight, layers.0.attention.wo.weight,"
                + " blk.0.attn_output.weight",
        "model.layers.0.post_attention_layernorm.weight, layers.0.ffn_norm.weight,"
                + " blk.0.ffn_norm.weight",
        "model.layers.0.mlp.gate_proj.weight, layers.0.feed_forward.w1.weight,"
                + " blk.0.ffn_gate.weight",
        "model.layers.0.mlp.up_proj.weight, layers.0.feed_forward.w3.weight,"
                + " blk.0.ffn_up.weight",
        "model.layers.0.mlp.down_proj.weight, layers.0.feed_forward.w2.weight,"
                + " blk.0.ffn_down.weight"
    })
    void everyTensorHasThreeNames(String huggingFace, String meta, String gguf) {
        assertThat(LLAMA.name(World.META, huggingFace)).contains(meta);
        assertThat(LLAMA.name(World.GGUF, huggingFace)).contains(gguf);
        assertThat(LLAMA.canonical(World.META, meta)).contains(huggingFace);
        assertThat(LLAMA.canonical(World.GGUF, gguf)).contains(huggingFace);
        assertThat(LLAMA.canonical(World.HUGGING_FACE, huggingFace)).contains(huggingFace);
    }

    @Test
    void biasesHaveNoNameInMetaCheckpoints() {
        String bias = "model.layers.0.self_attn.k_proj.bias";
        assertThat(LLAMA.name(World.GGUF, bias)).contains("blk.0.attn_k.bias");
        assertThat(LLAMA.canonical(World.GGUF, "blk.0.attn_k.bias")).contains(bias);
        assertThat(LLAMA.name(World.META, bias)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.layers.01.mlp.up_proj.weight",
                "model.layers.-1.mlp.up_proj.weight",
                "model.layers.9999999999.mlp.up_proj.weight",
                "model.layers.0.mlp.up_proj",
                "model.layers.0.mlp.experts.weight",
                "xmodel.norm.weight",
                "lm_head.bias",
                ""
            })
    void nameThatLlamaDoesNotHaveIsUnknown(String name) {
        assertThat(LLAMA.name(World.GGUF, name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.layers.3.self_attn.rotary_emb.inv_freq",
                "model.rotary_emb.inv_freq",
                "rope.freqs",
                "rope_freqs.weight",
                "transformer.h.0.attn.masked_bias"
            })
    void whatFollowsFromTheConfigurationIsDropped(String name) {
        assertThat(Architecture.isDropped(name)).isTrue();
    }

    @Test
    void weightsAreNotDropped() {
        assertThat(Architecture.isDropped("model.layers.0.self_attn.q_proj.bias")).isFalse();
    }

    @Test
    void queriesRotateByHeadsAndKeysByKeyValueHeads() {
        var config = Configs.tiny();
        assertThat(config.rotaryHeads("model.layers.0.self_attn.q_proj.weight")).contains(8);
        assertThat(config.rotaryHeads("model.layers.0.self_attn.k_proj.weight")).contains(4);
        assertThat(config.rotaryHeads("model.layers.0.self_attn.v_proj.weight")).isEmpty();
    }

    @Test
    void ggufOrderIsTheQuantizers() throws Exception {
        var names = names("quantize/quantize-tiny-base.json");
        assertThat(names).hasSize(48);
        assertThat(names.reversed().stream().sorted(Architecture.ggufOrder())).isEqualTo(names);
    }

    @Test
    void layersAreOrderedAsNumbers() {
        assertThat(
                        List.of("blk.10.a", "blk.2.b", "token_embd.weight", "blk.2.a", "output.w")
                                .stream()
                                .sorted(Architecture.ggufOrder()))
                .containsExactly("output.w", "token_embd.weight", "blk.2.a", "blk.2.b", "blk.10.a");
    }

    private static List<String> names(String file) throws Exception {
        JsonNode root = new JsonMapper().readTree(SharedData.path(file).toFile());
        JsonNode tensors = root.path("F16").path("tensors");
        return StreamSupport.stream(tensors.spliterator(), false)
                .map(t -> t.path("name").asText())
                .toList();
    }
}
