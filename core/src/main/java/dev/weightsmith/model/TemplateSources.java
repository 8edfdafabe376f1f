package dev.weightsmith.model;

import dev.weightsmith.llama.GgufChatTemplates;
import dev.weightsmith.tokenizer.ChatTemplates;
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
        List<LlamaModel.Tokenizer> tokenizers, List<TemplateChoice.Adapter> adapters) {
    public TemplateSources {
        tokenizers = List.copyOf(tokenizers);
        adapters = List.copyOf(adapters);
    }

    /// Those of a model as it was opened.
    static TemplateSources of(LlamaModel.Tokenizer tokenizer) {
        return new TemplateSources(List.of(tokenizer), List.of());
    }

    TemplateSources and(LlamaModel.Tokenizer tokenizer) {
        var all = new ArrayList<>(tokenizers);
        all.add(tokenizer);
        return new TemplateSources(all, adapters);
    }

    TemplateSources withAdapters(List<TemplateChoice.Adapter> folded) {
        return new TemplateSources(tokenizers, folded);
    }

    /// What the model's files say.
    ChatTemplates own() throws IOException {
        for (LlamaModel.Tokenizer tokenizer : tokenizers.reversed()) {
            ChatTemplates templates = beside(tokenizer);
            if (!templates.isEmpty()) {
                return templates;
            }
        }
        return ChatTemplates.none();
    }

    private static ChatTemplates beside(LlamaModel.Tokenizer tokenizer) throws IOException {
        return switch (tokenizer) {
            case LlamaModel.Tokenizer.Folder(var path) -> TemplateFiles.read(path);
            case LlamaModel.Tokenizer.Gguf(var metadata) -> GgufChatTemplates.read(metadata);
            case LlamaModel.Tokenizer.None _ -> ChatTemplates.none();
        };
    }
}
