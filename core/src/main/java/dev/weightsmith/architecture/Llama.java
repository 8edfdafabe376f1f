package dev.weightsmith.architecture;

import static dev.weightsmith.architecture.Part.matrix;
import static dev.weightsmith.architecture.Part.norm;
import static dev.weightsmith.architecture.Size.HIDDEN;
import static dev.weightsmith.architecture.Size.INTERMEDIATE;
import static dev.weightsmith.architecture.Size.KEYS;
import static dev.weightsmith.architecture.Size.QUERIES;
import static dev.weightsmith.architecture.Size.VOCABULARY;

import dev.weightsmith.architecture.Part.Bias;
import dev.weightsmith.architecture.Part.Heads;
import java.util.List;

/// LLaMA, Llama 2, and all that has their architecture.
final class Llama {
    private static final Bias ATTENTION = new Bias.Announced("attention_bias");
    private static final Bias MLP = new Bias.Announced("mlp_bias");

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "LLaMA",
                    "llama",
                    "LlamaForCausalLM",
                    List.of(
                            matrix(Role.EMBEDDING, "model.embed_tokens", VOCABULARY, HIDDEN)
                                    .meta("tok_embeddings", Shards.COLUMNS)),
                    List.of(
                            matrix(Role.QUERY, "self_attn.q_proj", QUERIES, HIDDEN)
                                    .meta("attention.wq")
                                    .rotary(Heads.QUERIES)
                                    .bias(ATTENTION),
                            matrix(Role.KEY, "self_attn.k_proj", KEYS, HIDDEN)
                                    .meta("attention.wk")
                                    .rotary(Heads.KEYS)
                                    .bias(ATTENTION),
                            matrix(Role.VALUE, "self_attn.v_proj", KEYS, HIDDEN)
                                    .meta("attention.wv")
                                    .bias(ATTENTION),
                            matrix(Role.ATTENTION_OUTPUT, "self_attn.o_proj", HIDDEN, QUERIES)
                                    .meta("attention.wo", Shards.COLUMNS)
                                    .bias(ATTENTION),
                            matrix(Role.GATE, "mlp.gate_proj", INTERMEDIATE, HIDDEN)
                                    .meta("feed_forward.w1")
                                    .bias(MLP),
                            matrix(Role.DOWN, "mlp.down_proj", HIDDEN, INTERMEDIATE)
                                    .meta("feed_forward.w2", Shards.COLUMNS)
                                    .bias(MLP),
                            matrix(Role.UP, "mlp.up_proj", INTERMEDIATE, HIDDEN)
                                    .meta("feed_forward.w3")
                                    .bias(MLP),
                            norm(Role.ATTENTION_NORM, "input_layernorm").meta("attention_norm"),
                            norm(Role.FEED_FORWARD_NORM, "post_attention_layernorm")
                                    .meta("ffn_norm")),
                    List.of(
                            norm(Role.OUTPUT_NORM, "model.norm").meta("norm"),
                            matrix(Role.OUTPUT, "lm_head", VOCABULARY, HIDDEN).meta("output")));

    private Llama() {}
}
