package dev.weightsmith.llama;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.RebuiltModel;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The tokenizer in a GGUF file's metadata, as a SentencePiece model again: the way back from
/// [GgufVocabulary] (specs/gguf.md §5).
public final class GgufTokenizer {
    private static final String PREFIX = "tokenizer.ggml.";

    private final Path file;
    private final Map<String, GgufValue> metadata;

    /// @param file for messages
    public GgufTokenizer(Path file, Map<String, GgufValue> metadata) {
        this.file = file;
        this.metadata = metadata;
    }

    /// Whether the file holds a SentencePiece vocabulary, as LLaMA's files do.
    public boolean isSentencePiece() {
        return text("model").filter("llama"::equals).isPresent();
    }

    /// The model, without the tokens that only fill the embedding's rows.
    ///
    /// @throws FileException if tokens, scores and types are not there or break a model's rules
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
                        file, pieces, id("bos", 1), id("eos", 2), flag("add_space_prefix", true)),
                doubts);
    }

    /// The files of a Hugging Face folder.
    public TokenizerFolder folder() throws FileException {
        SentencePieceModel model = model().model();
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("add_bos_token", flag("add_bos_token", true));
        config.put("add_eos_token", flag("add_eos_token", false));
        if (metadata.get("tokenizer.chat_template") instanceof GgufValue.Text(String template)) {
            config.put("chat_template", template);
        }
        OptionalInt padding = id("padding", -1);
        return TokenizerFolder.of(
                model,
                padding.isPresent() && padding.getAsInt() < model.pieces().size()
                        ? Optional.of(model.pieces().get(padding.getAsInt()).text())
                        : Optional.empty(),
                config);
    }

    private List<Piece> pieces() throws FileException {
        if (!(metadata.get(PREFIX + "tokens") instanceof GgufValue.Texts(List<String> texts))
                || !(metadata.get(PREFIX + "scores") instanceof GgufValue.F32s(float[] scores))
                || !(metadata.get(PREFIX + "token_type") instanceof GgufValue.I32s(int[] types))
                || scores.length != texts.size()
                || types.length != texts.size()) {
            throw FileException.malformed(
                    file,
                    "tokenizer.ggml.tokens, scores and token_type are not three lists of one"
                            + " length");
        }
        int size = texts.size();
        while (size > 0 && isFiller(size - 1, texts.get(size - 1), types[size - 1])) {
            size--;
        }
        boolean hasUnknown = false;
        for (int id = 0; id < size; id++) {
            hasUnknown |= types[id] == Piece.Type.UNKNOWN.number();
        }
        OptionalInt unknown = id("unknown", 0);
        List<Piece> pieces = new ArrayList<>(size);
        for (int id = 0; id < size; id++) {
            // Converters call `<unk>` a control token where the Hugging Face files say it is
            // special.
            Piece.Type type =
                    !hasUnknown && unknown.isPresent() && unknown.getAsInt() == id
                            ? Piece.Type.UNKNOWN
                            : type(id, types[id]);
            String text = texts.get(id);
            pieces.add(
                    new Piece(
                            type == Piece.Type.USER_DEFINED ? text.replace(' ', '▁') : text,
                            scores[id],
                            type));
        }
        return pieces;
    }

    /// What [GgufVocabulary] writes for rows without a token.
    private static boolean isFiller(int id, String text, int type) {
        return type == Piece.Type.UNUSED.number() && text.equals("[PAD" + id + "]");
    }

    private Piece.Type type(int id, int number) throws FileException {
        return Piece.Type.of(number)
                .orElseThrow(() ->
                        FileException.malformed(
                                file,
                                "tokenizer.ggml.token_type of token "
                                        + id
                                        + " is "
                                        + number
                                        + ", expected 1 to 6"));
    }

    private Optional<String> text(String key) {
        return metadata.get(PREFIX + key) instanceof GgufValue.Text(String text)
                ? Optional.of(text)
                : Optional.empty();
    }

    private boolean flag(String key, boolean usual) {
        return metadata.get(PREFIX + key) instanceof GgufValue.Bool(boolean value) ? value : usual;
    }

    /// @param usual where the file says nothing; negative for none
    private OptionalInt id(String kind, int usual) {
        OptionalLong said =
                switch (metadata.get(PREFIX + kind + "_token_id")) {
                    case GgufValue.U32(long value) -> OptionalLong.of(value);
                    case null, default -> OptionalLong.empty();
                };
        long id = said.orElse(usual);
        return id < 0 || id > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) id);
    }
}
