package dev.weightsmith.model;

import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.GgufChatTemplates;
import dev.weightsmith.tokenizer.TemplateChoice;
import dev.weightsmith.tokenizer.TemplateFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Where a model's chat template may come from. Files are read when it is chosen.
///
/// @param tokenizers that the model came with and has been given since; the last one beside which
///   there is a template counts
/// @param adapters that were folded in
public record TemplateSources(
        List<Model.Tokenizer> tokenizers, List<TemplateChoice.Adapter> adapters) {
    public TemplateSources {
        tokenizers = List.copyOf(tokenizers);
        adapters = List.copyOf(adapters);
    }

    /// Those of a model as it was opened.
    static TemplateSources of(Model.Tokenizer tokenizer) {
        return new TemplateSources(List.of(tokenizer), List.of());
    }

    TemplateSources and(Model.Tokenizer tokenizer) {
        var all = new ArrayList<>(tokenizers);
        all.add(tokenizer);
        return new TemplateSources(all, adapters);
    }

    TemplateSources withAdapters(List<TemplateChoice.Adapter> folded) {
        return new TemplateSources(tokenizers, folded);
    }

    /// What the model's files say.
    ChatTemplates own() throws IOException {
        for (Model.Tokenizer tokenizer : tokenizers.reversed()) {
            ChatTemplates templates = beside(tokenizer);
            if (!templates.isEmpty()) {
                return templates;
            }
        }
        return ChatTemplates.none();
    }

    private static ChatTemplates beside(Model.Tokenizer tokenizer) throws IOException {
        return switch (tokenizer) {
            case Model.Tokenizer.Folder(var path) -> TemplateFiles.read(path);
            case Model.Tokenizer.Gguf(var metadata) -> GgufChatTemplates.read(metadata);
            case Model.Tokenizer.None _ -> ChatTemplates.none();
        };
    }
}
