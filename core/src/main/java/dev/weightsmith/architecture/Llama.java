package dev.weightsmith.architecture;

import static dev.weightsmith.architecture.Part.Bias;
import static dev.weightsmith.architecture.Part.Heads;
import static dev.weightsmith.architecture.Part.matrix;
import static dev.weightsmith.architecture.Part.norm;
import static dev.weightsmith.architecture.Size.HIDDEN;
import static dev.weightsmith.architecture.Size.INTERMEDIATE;
import static dev.weightsmith.architecture.Size.KEYS;
import static dev.weightsmith.architecture.Size.QUERIES;
import static dev.weightsmith.architecture.Size.VOCABULARY;

import java.util.List;

/// LLaMA, Llama 2, and all that has their architecture.
final class Llama {
    private static final Bias ATTENTION = Bias.where("attention_bias");
    private static final Bias MLP = Bias.where("mlp_bias");

    static final Architecture ARCHITECTURE =
            Architecture.of(
                    "llama",
                    "LlamaForCausalLM",
                    List.of(
                            matrix(
                                            Role.EMBEDDING,
                                            "model.embed_tokens",
                                            "token_embd",
                                            VOCABULARY,
                                            HIDDEN)
                                    .meta("tok_embeddings", Shards.COLUMNS)),
                    List.of(
                            matrix(Role.QUERY, "self_attn.q_proj", "attn_q", QUERIES, HIDDEN)
                                    .meta("attention.wq")
                                    .rotary(Heads.QUERIES)
                                    .bias(ATTENTION),
                            matrix(Role.KEY, "self_attn.k_proj", "attn_k", KEYS, HIDDEN)
                                    .meta("attention.wk")
                                    .rotary(Heads.KEYS)
                                    .bias(ATTENTION),
                            matrix(Role.VALUE, "self_attn.v_proj", "attn_v", KEYS, HIDDEN)
                                    .meta("attention.wv")
                                    .bias(ATTENTION),
                            matrix(
                                            Role.ATTENTION_OUTPUT,
                                            "self_attn.o_proj",
                                            "attn_output",
                                            HIDDEN,
                                            QUERIES)
                                    .meta("attention.wo", Shards.COLUMNS)
                                    .bias(ATTENTION),
                            matrix(Role.GATE, "mlp.gate_proj", "ffn_gate", INTERMEDIATE, HIDDEN)
                                    .meta("feed_forward.w1")
                                    .bias(MLP),
                            matrix(Role.DOWN, "mlp.down_proj", "ffn_down", HIDDEN, INTERMEDIATE)
                                    .meta("feed_forward.w2", Shards.COLUMNS)
                                    .bias(MLP),
                            matrix(Role.UP, "mlp.up_proj", "ffn_up", INTERMEDIATE, HIDDEN)
                                    .meta("feed_forward.w3")
                                    .bias(MLP),
                            norm("input_layernorm", "attn_norm", HIDDEN).meta("attention_norm"),
                            norm("post_attention_layernorm", "ffn_norm", HIDDEN).meta("ffn_norm")),
                    List.of(
                            norm("model.norm", "output_norm", HIDDEN).meta("norm"),
                            matrix(Role.OUTPUT, "lm_head", "output", VOCABULARY, HIDDEN)
                                    .meta("output")));

    private Llama() {}
}
