package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.model.Model;
import dev.weightsmith.tokenizer.AddedToken;
import dev.weightsmith.tokenizer.GgufTokenizer;
import dev.weightsmith.tokenizer.GgufTokens;
import dev.weightsmith.tokenizer.RebuiltModel;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A SentencePiece model with the tokens that are added to it, wherever it is kept: a
/// `tokenizer.model`, a folder with tokenizer files, or a GGUF file.
///
/// @param form what it was read from, for people
/// @param added tokens that a folder's files add after the model's pieces
/// @param padding the id of the token that fills short texts
/// @param notes what is worth knowing of how it was read
record TokenizerModel(
        Path path,
        String form,
        SentencePieceModel model,
        List<AddedToken> added,
        OptionalInt padding,
        List<String> notes) {
    TokenizerModel {
        added = List.copyOf(added);
        notes = List.copyOf(notes);
    }

    /// Reads any of them; which it is, the content tells.
    ///
    /// @throws FileException if it is not there or malformed
    static TokenizerModel read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return ofFolder(path);
        }
        if (isGguf(path)) {
            try (var file = GgufFile.open(path)) {
                return ofGguf(path, file.metadata());
            }
        }
        SentencePieceModel model = SentencePieceModel.read(path);
        return new TokenizerModel(
                path, "SentencePiece model", model, List.of(), model.padding(), List.of());
    }

    /// @throws FileException if the model comes without a tokenizer
    static TokenizerModel of(Model model) throws IOException {
        return switch (model.tokenizer()) {
            case Model.Tokenizer.Folder(Path folder) -> ofFolder(folder);
            case Model.Tokenizer.None _ -> throw missing(model.path());
            case Model.Tokenizer.Gguf(var metadata) -> ofGguf(model.path(), metadata);
        };
    }

    /// @throws FileException if the folder holds no tokenizer
    static TokenizerModel ofFolder(Path folder) throws IOException {
        TokenizerFiles files = TokenizerFiles.read(folder).orElseThrow(() -> missing(folder));
        int pieces = files.model().pieces().size();
        return new TokenizerModel(
                folder,
                "folder",
                files.model(),
                files.added().stream().filter(token -> token.id() >= pieces).toList(),
                files.padding(),
                files.notes());
    }

    private static TokenizerModel ofGguf(Path path, Map<String, GgufValue> metadata)
            throws FileException {
        GgufTokens tokens =
                GgufTokens.read(path, metadata)
                        .orElseThrow(() -> missing(path))
                        .requireSentencePiece();
        RebuiltModel rebuilt = new GgufTokenizer(path, tokens).model();
        return new TokenizerModel(
                path,
                "GGUF file",
                rebuilt.model(),
                List.of(),
                tokens.id("padding"),
                rebuilt.doubts());
    }

    private static boolean isGguf(Path path) throws IOException {
        try (var file = InputFile.open(path)) {
            return GgufFile.recognises(file);
        }
    }

    private static FileException missing(Path place) {
        return new FileException(
                Problem.of(
                                ErrorKind.MALFORMED,
                                place,
                                "holds no tokenizer, which says what a model's rows stand for")
                        .withHint("copy tokenizer.model from the model that it was made from"));
    }

    /// Ids that stand for something.
    int size() {
        return model.pieces().size() + added.size();
    }

    /// The text of a token, with `▁` for spaces.
    String piece(int id) {
        int pieces = model.pieces().size();
        return id < pieces
                ? model.pieces().get(id).text()
                : added.get(id - pieces).text().replace(' ', '▁');
    }

    /// For example `LLaMA (32000 pieces)`.
    String name() {
        return TokenizerFiles.vocabularyName(size());
    }

    /// @throws PlanException if `grown` gives one of these tokens another id
    void requireKeptBy(TokenizerModel grown) {
        for (int id = 0; id < size(); id++) {
            Optional<String> found =
                    id < grown.size() ? Optional.of(grown.piece(id)) : Optional.empty();
            if (!found.equals(Optional.of(piece(id)))) {
                throw new PlanException(
                        Problem.of(
                                        ErrorKind.MISMATCH,
                                        grown.path,
                                        "token %d is %s, expected %s as in %s"
                                                .formatted(
                                                        id,
                                                        found.map(Printable::name)
                                                                .orElse("missing"),
                                                        Printable.name(piece(id)),
                                                        Printable.text(path.toString())))
                                .withHint(
                                        "a vocabulary can only grow at its end: make it with"
                                                + " weightsmith tokenizer merge --base the model's"
                                                + " own"));
            }
        }
    }
}
