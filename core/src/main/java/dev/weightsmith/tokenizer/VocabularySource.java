package dev.weightsmith.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What can be added to a vocabulary: another SentencePiece model, or a plain list of pieces.
public sealed interface VocabularySource {
    /// A SentencePiece model.
    record Model(SentencePieceModel model) implements VocabularySource {}

    /// Pieces in their order.
    record Pieces(List<String> texts) implements VocabularySource {
        public Pieces {
            texts = List.copyOf(texts);
        }
    }

    /// Reads a model, a list, or the `tokenizer.model` of a folder; which it is, the content tells.
    ///
    /// @throws dev.weightsmith.error.FileException if it is neither
    static VocabularySource read(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? path.resolve("tokenizer.model") : path;
        byte[] bytes = PieceList.bytes(file);
        if (!PieceList.isNamedList(file)) {
            OtherTokenizers.refuse(file, bytes);
        }
        return PieceList.isList(file, bytes)
                ? new Pieces(PieceList.parse(file, bytes))
                : new Model(SentencePieceModel.parse(file, bytes));
    }

    /// `base` grown by this.
    ///
    /// @throws dev.weightsmith.error.PlanException if they do not fit together
    default VocabularyMerge addTo(SentencePieceModel base) {
        return switch (this) {
            case Model(var model) -> VocabularyMerge.of(base, model);
            case Pieces(var texts) -> VocabularyMerge.of(base, texts);
        };
    }
}
