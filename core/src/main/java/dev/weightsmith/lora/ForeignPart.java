package dev.weightsmith.lora;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the name of a tensor can tell of that is no whole language model in floating-point numbers.
public enum ForeignPart {
    CLASSIFIER(
            "(score|classifier|qa_outputs)\\..*",
            "the head of a classifier, not of a language model"),
    /// What a model without the head of a language model calls its parts.
    BARE("(layers\\.\\d+|embed_tokens|norm)\\..*", "of a bare model without lm_head"),
    /// GPTQ, AWQ, compressed-tensors, bitsandbytes, FP8.
    QUANTIZED(
            ".*\\.(qweight|qzeros|scales|g_idx|SCB|weight_(packed|scale|scale_inv|zero_point)"
                    + "|weight\\.(absmax|quant_map|nested_.*|quant_state\\..*))",
            "of a quantized model, without a quantization_config that says how");

    private final Pattern names;
    private final String what;

    ForeignPart(String names, String what) {
        this.names = Pattern.compile(names);
        this.what = what;
    }

    /// That which a tensor of this name is of.
    public static Optional<ForeignPart> of(String name) {
        return Arrays.stream(values())
                .filter(part -> part.names.matcher(name).matches())
                .findFirst();
    }

    /// For messages: what the tensor is.
    public String what() {
        return what;
    }
}
