package dev.weightsmith.job;

import dev.weightsmith.error.Finding;
import dev.weightsmith.model.Model;
import java.util.List;
import java.util.Set;

/// What is worth knowing where a model's vocabulary cannot come along into the output.
final class TokenizerFindings {
    private TokenizerFindings() {}

    static List<Finding> of(Model model, Set<Format> formats) {
        return switch (model.tokenizer()) {
            case Model.Tokenizer.Folder _ -> List.of();
            case Model.Tokenizer.Gguf gguf ->
                    gguf.metadata().containsKey("tokenizer.ggml.tokens")
                            ? List.of()
                            : List.of(unloadable(model));
            case Model.Tokenizer.None _ ->
                    formats.contains(Format.GGUF)
                            ? List.of(unloadable(model))
                            : List.of(
                                    Finding.note(
                                            model.path(), "has no tokenizer, so none is written"));
        };
    }

    private static Finding unloadable(Model model) {
        return Finding.warning(
                model.path(),
                "has no tokenizer, without which llama.cpp will not load the output",
                "put tokenizer.model beside the weights first");
    }
}
