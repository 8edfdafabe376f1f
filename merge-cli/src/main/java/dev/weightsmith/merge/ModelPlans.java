package dev.weightsmith.merge;

import dev.weightsmith.model.GgufOutput;
import dev.weightsmith.model.HuggingFaceOutput;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.model.OutputOptions;
import dev.weightsmith.model.TensorTypes;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.tokenizer.ChatTemplates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The plan of writing a model as [TargetOptions] say.
public final class ModelPlans {
    private ModelPlans() {}

    /// @param name for the metadata, instead of what the model's own files say
    /// @throws dev.weightsmith.error.FileException if the chat template or a tokenizer file cannot
    ///   be read
    public static Plan of(LlamaModel model, Target target, Optional<String> name)
            throws IOException {
        var options = new OutputOptions(target.type(), target.shardSize(), name, template(target));
        return switch (target.format()) {
            case HF -> HuggingFaceOutput.plan(model, target.out(), options);
            case GGUF ->
                    new GgufOutput(model, options)
                            .plan(
                                    target.out(),
                                    TensorTypes.floating(
                                            target.type()
                                                    .orElseGet(
                                                            () -> GgufOutput.defaultType(model))));
        };
    }

    private static Optional<String> template(Target target) throws IOException {
        if (target.chatTemplate().isEmpty()) {
            return Optional.empty();
        }
        String name = target.chatTemplate().get();
        return (ChatTemplates.BUILT_IN.contains(name)
                        ? ChatTemplates.builtIn(name)
                        : ChatTemplates.read(Path.of(name)))
                .standard();
    }
}
