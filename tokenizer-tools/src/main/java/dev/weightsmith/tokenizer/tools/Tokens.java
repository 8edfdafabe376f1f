package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.model.Model;
import dev.weightsmith.tokenizer.AddedToken;
import dev.weightsmith.tokenizer.GgufTokenizer;
import dev.weightsmith.tokenizer.GgufTokens;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// All tokens of a tokenizer by id: the pieces of its model, then those that its files add.
///
/// @param place where they come from
/// @param model cuts texts
record Tokens(Path place, SentencePieceModel model, List<String> texts) {
    Tokens {
        texts = List.copyOf(texts);
    }

    /// @throws FileException if the folder holds no tokenizer
    static Tokens ofFolder(Path folder) throws IOException {
        TokenizerFiles files = TokenizerFiles.read(folder).orElseThrow(() -> missing(folder));
        List<String> texts = texts(files.model());
        for (AddedToken token : files.added()) {
            if (token.id() == texts.size()) {
                texts.add(token.text().replace(' ', '▁'));
            }
        }
        return new Tokens(folder, files.model(), texts);
    }

    /// @throws FileException if the model comes without a tokenizer
    static Tokens ofModel(Model model) throws IOException {
        return switch (model.tokenizer()) {
            case Model.Tokenizer.Folder(Path folder) -> ofFolder(folder);
            case Model.Tokenizer.None _ -> throw missing(model.path());
            case Model.Tokenizer.Gguf(var metadata) -> {
                GgufTokens tokens =
                        GgufTokens.read(model.path(), metadata)
                                .filter(GgufTokens::isSentencePiece)
                                .orElseThrow(() -> missing(model.path()));
                SentencePieceModel rebuilt =
                        new GgufTokenizer(model.path(), tokens).model().model();
                yield new Tokens(model.path(), rebuilt, texts(rebuilt));
            }
        };
    }

    private static List<String> texts(SentencePieceModel model) {
        return new ArrayList<>(model.pieces().stream().map(Piece::text).toList());
    }

    private static FileException missing(Path place) {
        return new FileException(
                Problem.of(
                                ErrorKind.MALFORMED,
                                place,
                                "holds no tokenizer.model, which says what its rows stand for")
                        .withHint("copy tokenizer.model from the model that it was made from"));
    }

    int size() {
        return texts.size();
    }

    /// @throws PlanException if `grown` gives one of these tokens another id
    void requireKeptBy(Tokens grown) {
        for (int id = 0; id < size(); id++) {
            if (id >= grown.size() || !grown.texts.get(id).equals(texts.get(id))) {
                throw new PlanException(
                        Problem.of(
                                        ErrorKind.MISMATCH,
                                        grown.place,
                                        "token "
                                                + id
                                                + " is "
                                                + (id < grown.size()
                                                        ? Printable.name(grown.texts.get(id))
                                                        : "missing")
                                                + ", expected "
                                                + Printable.name(texts.get(id))
                                                + " as in "
                                                + Printable.text(place.toString()))
                                .withHint(
                                        "a vocabulary can only grow at its end: make it with"
                                                + " weightsmith tokenizer merge --base the model's"
                                                + " own"));
            }
        }
    }
}
