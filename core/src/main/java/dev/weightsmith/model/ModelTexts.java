package dev.weightsmith.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.json.JsonText;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.llama.ConfigJson;
import dev.weightsmith.llama.GgufTokenizer;
import dev.weightsmith.llama.GgufTokens;
import dev.weightsmith.lora.Companions;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tokenizer.TokenizerFiles;
import dev.weightsmith.tokenizer.TokenizerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The small files of a Hugging Face folder that say what the tensors are.
final class ModelTexts {
    private static final String GENERATION_CONFIG = "generation_config.json";

    private ModelTexts() {}

    /// `config.json`, `generation_config.json`, the tokenizer's files and Python files.
    static List<Plan.TextFile> of(LlamaModel model, DType type) throws IOException {
        var texts = new ArrayList<Plan.TextFile>();
        texts.add(new Plan.TextFile("config.json", ConfigJson.config(model.config(), type)));
        texts.add(
                new Plan.TextFile(
                        GENERATION_CONFIG,
                        ConfigJson.generationConfig(
                                model.config(), model.companions().generation())));
        texts.addAll(tokenizer(model));
        model.companions()
                .code()
                .forEach((name, bytes) -> texts.add(new Plan.TextFile(name, bytes)));
        return texts;
    }

    /// The files of the model's tokenizer, as they are, or made from a GGUF file's metadata.
    static List<Plan.TextFile> tokenizer(LlamaModel model) throws IOException {
        return switch (model.tokenizer()) {
            case LlamaModel.Tokenizer.None _ -> List.of();
            case LlamaModel.Tokenizer.Gguf(var metadata) -> {
                Optional<GgufTokens> tokens = GgufTokens.read(model.path(), metadata);
                yield tokens.isPresent()
                        ? texts(
                                new GgufTokenizer(model.path(), rebuildable(model, tokens.get()))
                                        .folder())
                        : List.of();
            }
            case LlamaModel.Tokenizer.Folder folder -> {
                var texts = new ArrayList<Plan.TextFile>();
                Optional<TokenizerFiles> files = TokenizerFiles.read(folder.path());
                for (Path file : files.map(TokenizerFiles::files).orElse(List.of())) {
                    texts.add(
                            new Plan.TextFile(
                                    String.valueOf(file.getFileName()), bytes(model, file)));
                }
                yield texts;
            }
        };
    }

    private static GgufTokens rebuildable(LlamaModel model, GgufTokens tokens)
            throws FileException {
        if (!tokens.isSentencePiece()) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    model.path(),
                                    "has a tokenizer of kind "
                                            + Printable.name(tokens.kind())
                                            + ", as Llama 3, of which tokenizer files cannot be"
                                            + " made yet")
                            .withHint(
                                    "choose --format gguf, or take the Hugging Face folder that"
                                            + " the file was made from"));
        }
        return tokens;
    }

    private static List<Plan.TextFile> texts(TokenizerFolder folder) {
        return folder.files().entrySet().stream()
                .map(file -> new Plan.TextFile(file.getKey(), file.getValue()))
                .toList();
    }

    /// What stands in the folder of a model. Python files are of the model if its configuration
    /// names code.
    static Companions companions(LlamaModel model) throws IOException {
        if (model.tokenizer() instanceof LlamaModel.Tokenizer.Gguf) {
            return Companions.none();
        }
        Path path = model.path().toAbsolutePath();
        Path folder = Files.isDirectory(path) ? path : path.resolveSibling("");
        Companions all = Companions.read(folder);
        return model.config().namesCode()
                ? all
                : new Companions(all.generation(), new TreeMap<>(), all.remoteCode());
    }

    /// As it is, unless it names code that is not to come along.
    private static byte[] bytes(LlamaModel model, Path file) throws IOException {
        if (!model.companions().remoteCode() && file.endsWith("tokenizer_config.json")) {
            ObjectNode json = StrictJson.readObject(file);
            ObjectNode without = ConfigJson.withoutRemoteCode(json);
            if (!without.equals(json)) {
                return JsonText.sorted(without);
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
