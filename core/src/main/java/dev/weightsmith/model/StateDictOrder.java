package dev.weightsmith.model;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The order in which PyTorch keeps a LLaMA model's weights, and so the order of `.bin` and `.pth`
/// files made from it: that in which transformers' first LLaMA class created its modules
/// (docs/formats/pytorch.md#order-of-the-dict).
final class StateDictOrder {
    private static final List<String> IN_LAYERS =
            List.of(
                    "self_attn.q_proj",
                    "self_attn.k_proj",
                    "self_attn.v_proj",
                    "self_attn.o_proj",
                    "mlp.gate_proj",
                    "mlp.down_proj",
                    "mlp.up_proj",
                    "input_layernorm",
                    "post_attention_layernorm");

    private static final List<String> OUTSIDE =
            List.of("model.embed_tokens.weight", "", "model.norm.weight", "lm_head.weight");

    private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)\\.weight");

    private StateDictOrder() {}

    /// Of Hugging Face names.
    static Comparator<String> byName() {
        return Comparator.comparingInt(StateDictOrder::section)
                .thenComparingInt(StateDictOrder::layer)
                .thenComparingInt(StateDictOrder::module)
                .thenComparing(Comparator.naturalOrder());
    }

    private static int section(String name) {
        return LAYER.matcher(name).matches() ? OUTSIDE.indexOf("") : OUTSIDE.indexOf(name);
    }

    private static int layer(String name) {
        Matcher matcher = LAYER.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static int module(String name) {
        Matcher matcher = LAYER.matcher(name);
        return matcher.matches() ? IN_LAYERS.indexOf(matcher.group(2)) : 0;
    }
}
