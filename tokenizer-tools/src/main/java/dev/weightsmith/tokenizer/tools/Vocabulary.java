package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.llama.GgufTokenizer;
import dev.weightsmith.llama.GgufTokens;
import dev.weightsmith.tokenizer.AddedToken;
import dev.weightsmith.tokenizer.RebuiltModel;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// A vocabulary, wherever it is kept: a `tokenizer.model`, a folder with tokenizer files, or a GGUF
/// file.
///
/// @param form what it was read from, for people
/// @param added tokens that a folder's files add after the model's pieces
/// @param padding the id of the token that fills short texts
/// @param notes what is worth knowing of how it was read
record Vocabulary(
        Path path,
        String form,
        SentencePieceModel model,
        List<AddedToken> added,
        OptionalInt padding,
        List<String> notes) {
    Vocabulary {
        added = List.copyOf(added);
        notes = List.copyOf(notes);
    }

    /// @throws FileException if it is not there or malformed
    static Vocabulary read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            TokenizerFiles files =
                    TokenizerFiles.read(path)
                            .orElseThrow(() ->
                                    new FileException(
                                            Problem.of(
                                                    ErrorKind.MALFORMED,
                                                    path,
                                                    "holds no tokenizer.model")));
            int pieces = files.model().pieces().size();
            return new Vocabulary(
                    path,
                    "folder",
                    files.model(),
                    files.added().stream().filter(token -> token.id() >= pieces).toList(),
                    files.padding(),
                    files.notes());
        }
        if (path.toString().toLowerCase(Locale.ROOT).endsWith(".gguf")) {
            return gguf(path);
        }
        SentencePieceModel model = SentencePieceModel.read(path);
        return new Vocabulary(
                path, "SentencePiece model", model, List.of(), model.padding(), List.of());
    }

    private static Vocabulary gguf(Path path) throws IOException {
        try (var checkpoint = Formats.open(path)) {
            if (!(checkpoint instanceof GgufFile gguf)) {
                throw FileException.malformed(path, "is no GGUF file");
            }
            Optional<GgufTokens> tokens = GgufTokens.read(path, gguf.metadata());
            if (tokens.isEmpty() || !tokens.get().isSentencePiece()) {
                throw FileException.unsupported(
                        path, "holds no SentencePiece vocabulary, expected one as LLaMA has");
            }
            RebuiltModel rebuilt = new GgufTokenizer(path, tokens.get()).model();
            return new Vocabulary(
                    path,
                    "GGUF file",
                    rebuilt.model(),
                    List.of(),
                    tokens.get().id("padding"),
                    rebuilt.doubts());
        }
    }

    int size() {
        return added.isEmpty() ? model.pieces().size() : added.getLast().id() + 1;
    }

    /// The text of a token.
    String text(int id) {
        int pieces = model.pieces().size();
        return id < pieces ? model.pieces().get(id).text() : added.get(id - pieces).text();
    }

    /// For example `LLaMA (32000 pieces)`.
    String name() {
        return TokenizerFiles.vocabularyName(size());
    }
}
