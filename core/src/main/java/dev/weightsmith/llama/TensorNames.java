package dev.weightsmith.llama;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The names of LLaMA's tensors in the three worlds (docs/specs/gguf.md#tensor-names).
///
/// Inside Weightsmith a tensor has its Hugging Face name.
public final class TensorNames {
    public static final String EMBEDDING = "model.embed_tokens.weight";
    public static final String OUTPUT = "lm_head.weight";

    /// GGUF's own name of the divisors that rope scaling of kind llama3 needs; it has no Hugging
    /// Face name.
    public static final String ROPE_FREQUENCIES = "rope_freqs.weight";

    /// A tensor's module under its three names, without layer and `.weight`.
    private record Part(String huggingFace, String meta, String gguf) {}

    private static final List<Part> OUTSIDE_LAYERS =
            List.of(
                    new Part("model.embed_tokens", "tok_embeddings", "token_embd"),
                    new Part("model.norm", "norm", "output_norm"),
                    new Part("lm_head", "output", "output"));

    private static final List<Part> IN_LAYERS =
            List.of(
                    new Part("input_layernorm", "attention_norm", "attn_norm"),
                    new Part("self_attn.q_proj", "attention.wq", "attn_q"),
                    new Part("self_attn.k_proj", "attention.wk", "attn_k"),
                    new Part("self_attn.v_proj", "attention.wv", "attn_v"),
                    new Part("self_attn.o_proj", "attention.wo", "attn_output"),
                    new Part("post_attention_layernorm", "ffn_norm", "ffn_norm"),
                    new Part("mlp.gate_proj", "feed_forward.w1", "ffn_gate"),
                    new Part("mlp.up_proj", "feed_forward.w3", "ffn_up"),
                    new Part("mlp.down_proj", "feed_forward.w2", "ffn_down"));

    private static final Pattern DROPPED =
            Pattern.compile(
                    "(.*\\.)?rotary_emb\\.inv_freq"
                            + "|(.*\\.)?attention\\.bias"
                            + "|(.*\\.)?masked_bias"
                            + "|rope\\.freqs"
                            + "|rope_freqs\\.weight");

    private static final Pattern QUERY_OR_KEY =
            Pattern.compile("model\\.layers\\.\\d+\\.self_attn\\.([qk])_proj\\.(weight|bias)");

    private static final Pattern GGUF_LAYER = Pattern.compile("blk\\.(\\d{1,9})\\..*");

    /// `model.layers.0.self_attn.q_proj.weight`
    public static final TensorNames HUGGING_FACE =
            new TensorNames("model.layers.", Part::huggingFace);

    /// `layers.0.attention.wq.weight`
    public static final TensorNames META = new TensorNames("layers.", Part::meta);

    /// `blk.0.attn_q.weight`
    public static final TensorNames GGUF = new TensorNames("blk.", Part::gguf);

    private final String layers;
    private final Function<Part, String> name;
    private final Pattern inLayer;
    private final Map<String, Part> partsInLayers;
    private final Map<String, Part> partsOutside;

    private TensorNames(String layers, Function<Part, String> name) {
        this.layers = layers;
        this.name = name;
        // At most nine digits and no leading zero, so that two names are never the same layer.
        this.inLayer =
                Pattern.compile(
                        Pattern.quote(layers) + "(0|[1-9][0-9]{0,8})\\.(.+)\\.(weight|bias)");
        this.partsInLayers =
                IN_LAYERS.stream().collect(Collectors.toUnmodifiableMap(name, part -> part));
        this.partsOutside =
                OUTSIDE_LAYERS.stream().collect(Collectors.toUnmodifiableMap(name, part -> part));
    }

    /// The Hugging Face name of the tensor that has `other` as its name here; empty if LLaMA has no
    /// such tensor.
    public Optional<String> canonical(String other) {
        return translate(other, HUGGING_FACE);
    }

    /// The name here of the tensor with this Hugging Face name; empty if LLaMA has no such tensor.
    public Optional<String> of(String canonical) {
        return HUGGING_FACE.translate(canonical, this);
    }

    private Optional<String> translate(String tensor, TensorNames target) {
        Matcher matcher = inLayer.matcher(tensor);
        if (matcher.matches()) {
            return Optional.ofNullable(partsInLayers.get(matcher.group(2)))
                    .map(part ->
                            target.layers
                                    + matcher.group(1)
                                    + "."
                                    + target.name.apply(part)
                                    + "."
                                    + matcher.group(3));
        }
        int dot = tensor.lastIndexOf('.');
        if (dot < 0 || !tensor.endsWith(".weight")) {
            return Optional.empty();
        }
        return Optional.ofNullable(partsOutside.get(tensor.substring(0, dot)))
                .map(part -> target.name.apply(part) + ".weight");
    }

    /// Whether a tensor of that name, in any of the worlds, is left out of every output because it
    /// follows from the configuration.
    public static boolean isDropped(String name) {
        return DROPPED.matcher(name).matches();
    }

    /// Whether the rows of the tensor with this Hugging Face name are attention heads that rotate,
    /// and how many there are: Meta and GGUF have them in another order.
    public static Optional<Integer> rotaryHeads(String canonical, LlamaConfig config) {
        Matcher matcher = QUERY_OR_KEY.matcher(canonical);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(matcher.group(1).equals("q") ? config.heads() : config.keyValueHeads());
    }

    /// The order in which llama.cpp's quantizer writes tensors: those outside layers by name, then
    /// layer after layer, each by name. Of GGUF names.
    public static Comparator<String> ggufOrder() {
        return Comparator.comparingInt(TensorNames::ggufLayer)
                .thenComparing(Comparator.naturalOrder());
    }

    private static int ggufLayer(String name) {
        Matcher matcher = GGUF_LAYER.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    }
}
