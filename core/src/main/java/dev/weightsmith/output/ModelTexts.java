package dev.weightsmith.output;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.config.ConfigJson;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.json.JsonText;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.model.Model;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.GgufTokenizer;
import dev.weightsmith.tokenizer.GgufTokens;
import dev.weightsmith.tokenizer.TemplateFiles;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The small files of a Hugging Face folder that say what the tensors are.
final class ModelTexts {
    private static final String GENERATION_CONFIG = "generation_config.json";

    private ModelTexts() {}

    /// `config.json`, `generation_config.json`, the tokenizer's files and Python files.
    static List<Plan.TextFile> of(Model model, DType type, OutputOptions options)
            throws IOException {
        var texts = new ArrayList<Plan.TextFile>();
        texts.add(new Plan.TextFile("config.json", ConfigJson.config(model.config(), type)));
        texts.add(
                new Plan.TextFile(
                        GENERATION_CONFIG,
                        ConfigJson.generationConfig(
                                model.config(), model.companions().generation())));
        texts.addAll(tokenizer(model, options));
        texts.addAll(texts(model.companions().code()));
        return texts;
    }

    /// The files of the model's tokenizer, as they are, or made from a GGUF file's metadata, and
    /// those of its chat templates.
    static List<Plan.TextFile> tokenizer(Model model, OutputOptions options) throws IOException {
        ChatTemplates templates = model.template(options.chatTemplate()).templates();
        return switch (model.tokenizer()) {
            case Model.Tokenizer.None _ -> texts(TemplateFiles.of(templates));
            case Model.Tokenizer.Gguf(var metadata) -> {
                var files = new LinkedHashMap<String, byte[]>();
                Optional<GgufTokens> tokens = GgufTokens.read(model.path(), metadata);
                if (tokens.isPresent()) {
                    GgufTokens rebuildable = rebuildable(model, tokens.get());
                    files.putAll(new GgufTokenizer(model.path(), rebuildable).folder().files());
                }
                files.putAll(TemplateFiles.of(templates));
                yield texts(files);
            }
            case Model.Tokenizer.Folder(var folder) -> copies(model, folder, templates);
        };
    }

    /// What the folder says of chat templates stays where it says it, if it is what the model gets.
    private static List<Plan.TextFile> copies(Model model, Path folder, ChatTemplates templates)
            throws IOException {
        Optional<TokenizerFiles> files = TokenizerFiles.read(folder);
        boolean said = TemplateFiles.read(folder).equals(templates);
        var texts = new ArrayList<Plan.TextFile>();
        for (Path file : files.map(TokenizerFiles::files).orElse(List.of())) {
            texts.add(
                    new Plan.TextFile(
                            String.valueOf(file.getFileName()), bytes(model, file, said)));
        }
        if (!said || TemplateFiles.areIn(folder)) {
            texts.addAll(texts(TemplateFiles.of(templates)));
        }
        return texts;
    }

    private static GgufTokens rebuildable(Model model, GgufTokens tokens) throws FileException {
        if (!tokens.isSentencePiece()) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    model.path(),
                                    "has a tokenizer of kind %s, as Llama 3, of which tokenizer files cannot be made yet"
                                            .formatted(Printable.name(tokens.kind())))
                            .withHint(
                                    "choose --format gguf, or take the Hugging Face folder that"
                                            + " the file was made from"));
        }
        return tokens;
    }

    private static List<Plan.TextFile> texts(Map<String, byte[]> files) {
        return files.entrySet().stream()
                .map(file -> new Plan.TextFile(file.getKey(), file.getValue()))
                .toList();
    }

    /// As it is, unless it names code that is not to come along, or another chat template than the
    /// model gets.
    private static byte[] bytes(Model model, Path file, boolean saysTemplate) throws IOException {
        if (file.endsWith(TokenizerFiles.CONFIG)) {
            ObjectNode json = StrictJson.readObject(file);
            ObjectNode changed =
                    model.companions().remoteCode()
                            ? json.deepCopy()
                            : ConfigJson.withoutRemoteCode(json);
            if (!saysTemplate) {
                changed.remove(TemplateFiles.FIELD);
            }
            if (!changed.equals(json)) {
                return JsonText.sorted(changed);
            }
        }
        return bytes(file);
    }

    private static byte[] bytes(Path path) throws IOException {
        try (var file = InputFile.open(path)) {
            return file.bytes(0, Math.toIntExact(file.size()));
        }
    }
}
