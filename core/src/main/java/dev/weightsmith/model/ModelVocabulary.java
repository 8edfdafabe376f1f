package dev.weightsmith.model;

import dev.weightsmith.config.ConfigJson;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.tokenizer.GgufTokens;
import dev.weightsmith.tokenizer.TokenizerFiles;
import dev.weightsmith.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The vocabulary that a model comes with.
public final class ModelVocabulary {
    private ModelVocabulary() {}

    /// @throws FileException if it has none, or one of another kind than LLaMA's
    /// @throws PlanException if it has more tokens than the model's embedding has rows
    public static Vocabulary of(Model model) throws IOException {
        Vocabulary vocabulary =
                switch (model.tokenizer()) {
                    case Model.Tokenizer.None _ -> throw missing(model.path());
                    case Model.Tokenizer.Folder(Path folder) ->
                            Vocabulary.of(
                                    TokenizerFiles.read(folder).orElseThrow(() -> missing(folder)),
                                    model.config().tokenId("bos"),
                                    ends(model, folder));
                    case Model.Tokenizer.Gguf(var metadata) ->
                            Vocabulary.of(
                                    GgufTokens.read(model.path(), metadata)
                                            .orElseThrow(() -> missing(model.path())));
                };
        int rows = model.config().vocabularySize();
        int tokens = vocabulary.pieces().size();
        if (tokens > rows) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.MISMATCH,
                                    model.path(),
                                    "the tokenizer is %s but the model's embedding has %d rows"
                                            .formatted(TokenizerFiles.vocabularyName(tokens), rows))
                            .withHint("take the tokenizer that belongs to the model"));
        }
        return vocabulary;
    }

    private static FileException missing(Path place) {
        return new FileException(
                Problem.of(ErrorKind.MALFORMED, place, "holds no tokenizer")
                        .withHint("copy tokenizer.model from the model that it was made from"));
    }

    /// The ends that the configuration names, and those that `generation_config.json` adds, as in
    /// Llama 3's chat models.
    private static List<Integer> ends(Model model, Path folder) throws IOException {
        List<Integer> ends = new ArrayList<>(model.config().tokenIds("eos"));
        Path generation = folder.resolve("generation_config.json");
        if (Files.isRegularFile(generation)) {
            ends.addAll(ConfigJson.tokenIds(StrictJson.readObject(generation), "eos"));
        }
        return ends;
    }
}
