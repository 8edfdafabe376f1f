package dev.weightsmith.merge;

import dev.weightsmith.error.Finding;
import dev.weightsmith.model.LlamaModel;
import java.util.List;

/// What is worth knowing where a model's vocabulary cannot come along into the output.
final class TokenizerFindings {
    private TokenizerFindings() {}

    static List<Finding> of(LlamaModel model, Format format) {
        return switch (model.tokenizer()) {
            case LlamaModel.Tokenizer.Folder _ -> List.of();
            case LlamaModel.Tokenizer.Gguf gguf ->
                    gguf.metadata().containsKey("tokenizer.ggml.tokens")
                            ? List.of()
                            : List.of(unloadable(model));
            case LlamaModel.Tokenizer.None _ ->
                    switch (format) {
                        case GGUF -> List.of(unloadable(model));
                        case HF, HF_BIN, META ->
                                List.of(
                                        Finding.note(
                                                model.path(),
                                                "has no tokenizer, so none is written"));
                    };
        };
    }

    private static Finding unloadable(LlamaModel model) {
        return Finding.warning(
                model.path(),
                "has no tokenizer, without which llama.cpp will not load the output",
                "put tokenizer.model beside the weights first");
    }
}
