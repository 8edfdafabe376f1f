package dev.weightsmith.llama;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.RebuiltModel;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The tokenizer in a GGUF file's metadata, as a SentencePiece model again: the way back from
/// [GgufVocabulary] (docs/specs/gguf.md#vocabulary).
public final class GgufTokenizer {
    private final Path file;
    private final GgufTokens tokens;

    /// @param file for messages
    /// @param tokens the file's, of SentencePiece's kind
    public GgufTokenizer(Path file, GgufTokens tokens) {
        this.file = file;
        this.tokens = tokens;
    }

    /// The model, without the tokens that only fill the embedding's rows.
    ///
    /// @throws FileException if the tokens break a model's rules
    public RebuiltModel model() throws FileException {
        List<Piece> pieces = pieces();
        List<String> doubts = new ArrayList<>();
        if (pieces.stream()
                        .filter(piece -> piece.type() == Piece.Type.NORMAL)
                        .map(Piece::score)
                        .distinct()
                        .count()
                == 1) {
            doubts.add("all its scores are equal: the order of merges is lost");
        }
        return new RebuiltModel(
                SentencePieceModel.ofPieces(
                        file,
                        pieces,
                        tokens.id("bos"),
                        tokens.id("eos"),
                        tokens.flag("add_space_prefix", true)),
                doubts);
    }

    /// The files of a Hugging Face folder, without chat templates.
    public TokenizerFolder folder() throws FileException {
        SentencePieceModel model = model().model();
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("add_bos_token", tokens.flag("add_bos_token", true));
        config.put("add_eos_token", tokens.flag("add_eos_token", false));
        OptionalInt padding = tokens.id("padding");
        return TokenizerFolder.of(
                model,
                padding.isPresent() && padding.getAsInt() < model.pieces().size()
                        ? Optional.of(model.pieces().get(padding.getAsInt()).text())
                        : Optional.empty(),
                config);
    }

    private List<Piece> pieces() {
        List<Piece> all = tokens.pieces();
        int size = all.size();
        while (size > 0 && isFiller(size - 1, all.get(size - 1))) {
            size--;
        }
        boolean hasUnknown =
                all.subList(0, size).stream().anyMatch(piece -> piece.type() == Piece.Type.UNKNOWN);
        OptionalInt unknown = tokens.id("unknown");
        List<Piece> pieces = new ArrayList<>(size);
        for (int id = 0; id < size; id++) {
            Piece piece = all.get(id);
            // Converters call `<unk>` a control token where the Hugging Face files say it is
            // special.
            Piece.Type type =
                    !hasUnknown && unknown.isPresent() && unknown.getAsInt() == id
                            ? Piece.Type.UNKNOWN
                            : piece.type();
            pieces.add(
                    new Piece(
                            type == Piece.Type.USER_DEFINED
                                    ? piece.text().replace(' ', '▁')
                                    : piece.text(),
                            piece.score(),
                            type));
        }
        return pieces;
    }

    /// What [GgufVocabulary] writes for rows without a token.
    private static boolean isFiller(int id, Piece piece) {
        return piece.type() == Piece.Type.UNUSED && piece.text().equals("[PAD" + id + "]");
    }
}
