package dev.weightsmith.evaluate;

import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.tokenizer.AddedToken;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.Piece;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/// The vocabulary in a GGUF file's metadata, with llama.cpp's defaults for what it does not say
/// (specs/gguf.md §5).
record GgufTokens(Path file, Map<String, GgufValue> metadata) {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final List<String> ENDS = List.of("eos", "eot", "eom");

    Vocabulary vocabulary() throws FileException {
        String model =
                metadata.get(PREFIX + "model") instanceof GgufValue.Text(String name) ? name : "";
        if (model.isEmpty()) {
            throw FileException.malformed(
                    file, "holds no tokenizer: tokenizer.ggml.model is missing");
        }
        if (!model.equals("llama")) {
            throw FileException.unsupported(
                    file,
                    "has a tokenizer of kind "
                            + Printable.name(model)
                            + ", expected 'llama', a SentencePiece vocabulary");
        }
        List<Piece> pieces = pieces();
        var added = new ArrayList<AddedToken>();
        for (int id = 0; id < pieces.size(); id++) {
            Piece piece = pieces.get(id);
            switch (piece.type()) {
                case CONTROL -> added.add(new AddedToken(id, piece.text(), true));
                case USER_DEFINED -> added.add(new AddedToken(id, piece.text(), false));
                case NORMAL, UNKNOWN, UNUSED, BYTE -> {}
            }
        }
        var ends = new TreeSet<Integer>();
        for (String kind : ENDS) {
            id(kind, kind.equals("eos") ? 2 : -1, pieces.size()).ifPresent(ends::add);
        }
        return new Vocabulary(
                pieces,
                added,
                id("unknown", 0, pieces.size()).orElse(0),
                id("bos", 1, pieces.size()),
                flag("add_bos_token", true),
                List.copyOf(ends),
                flag("add_space_prefix", true),
                metadata.get("tokenizer.chat_template") instanceof GgufValue.Text(String template)
                        ? ChatTemplates.of(template)
                        : ChatTemplates.none());
    }

    private List<Piece> pieces() throws FileException {
        if (!(metadata.get(PREFIX + "tokens") instanceof GgufValue.Texts(List<String> texts))
                || texts.isEmpty()) {
            throw FileException.malformed(
                    file, "tokenizer.ggml.tokens is missing or no list of text");
        }
        if (!(metadata.get(PREFIX + "scores") instanceof GgufValue.F32s(float[] scores))
                || scores.length != texts.size()) {
            throw FileException.malformed(
                    file, "tokenizer.ggml.scores is not one number for each of the tokens");
        }
        Optional<GgufValue> types = find("token_type");
        if (types.isPresent()
                && !(types.get() instanceof GgufValue.I32s(int[] numbers)
                        && numbers.length == texts.size())) {
            throw FileException.malformed(
                    file, "tokenizer.ggml.token_type is not one number for each of the tokens");
        }
        var pieces = new ArrayList<Piece>(texts.size());
        for (int id = 0; id < texts.size(); id++) {
            if (Float.isNaN(scores[id])) {
                throw FileException.malformed(
                        file, "tokenizer.ggml.scores holds no number for token " + id);
            }
            int number =
                    types.orElse(new GgufValue.Bool(false)) instanceof GgufValue.I32s(int[] numbers)
                            ? numbers[id]
                            : Piece.Type.NORMAL.number();
            pieces.add(new Piece(texts.get(id), scores[id], type(id, number)));
        }
        return pieces;
    }

    private Piece.Type type(int id, int number) throws FileException {
        // llama.cpp writes 0 for tokens that it knows nothing of.
        if (number == 0) {
            return Piece.Type.NORMAL;
        }
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

    private boolean flag(String key, boolean otherwise) {
        return find(key).orElse(new GgufValue.Bool(otherwise))
                        instanceof GgufValue.Bool(boolean value)
                ? value
                : otherwise;
    }

    private OptionalInt id(String kind, int otherwise, int size) throws FileException {
        String key = kind + "_token_id";
        if (find(key).isEmpty()) {
            return otherwise >= 0 && otherwise < size
                    ? OptionalInt.of(otherwise)
                    : OptionalInt.empty();
        }
        long id =
                switch (find(key).get()) {
                    case GgufValue.U32(long value) -> value;
                    case GgufValue.I32(int value) -> value;
                    default -> -2;
                };
        if (id == -1 || id == 0xffff_ffffL) {
            return OptionalInt.empty();
        }
        if (id < 0 || id >= size) {
            throw FileException.malformed(
                    file, PREFIX + key + " is no id of the " + size + " tokens");
        }
        return OptionalInt.of((int) id);
    }

    private Optional<GgufValue> find(String key) {
        return Optional.ofNullable(metadata.get(PREFIX + key));
    }
}
