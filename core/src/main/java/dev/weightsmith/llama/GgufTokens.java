package dev.weightsmith.llama;

import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.Piece;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// The vocabulary in the metadata of a GGUF file, checked: the one reading of `tokenizer.ggml.*`
/// that every command goes by, with llama.cpp's defaults for what a file does not say
/// (docs/specs/gguf.md#vocabulary, docs/specs/hostile-inputs.md#gguf-models).
public final class GgufTokens {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final String TOKENS = PREFIX + "tokens";

    /// Kinds of tokenizers that cut bytes with tokens `<0x00>` to `<0xFF>`.
    private static final List<String> WITH_BYTES = List.of("llama", "t5");

    private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");
    private static final Pattern SPECIAL =
            Pattern.compile(Pattern.quote(PREFIX) + "[a-z_]+_token_id");

    private static final List<String> FLAGS =
            List.of(
                    "add_bos_token",
                    "add_eos_token",
                    "add_space_prefix",
                    "remove_extra_whitespaces");

    /// What the kind `llama` has where the file says nothing.
    private static final Map<String, Integer> USUAL = Map.of("bos", 1, "eos", 2, "unknown", 0);

    private final Path file;
    private final Map<String, GgufValue> metadata;
    private final String kind;
    private final List<Piece> pieces;

    private GgufTokens(
            Path file, Map<String, GgufValue> metadata, String kind, List<Piece> pieces) {
        this.file = file;
        this.metadata = metadata;
        this.kind = kind;
        this.pieces = List.copyOf(pieces);
    }

    /// Reads and checks the vocabulary; empty if the file has none.
    ///
    /// @param file for messages
    /// @throws FileException if a list is of another type or length than its tokens, a token is
    ///   there twice, a type, score or byte is none, or a special token's id is not in it
    public static Optional<GgufTokens> read(Path file, Map<String, GgufValue> metadata)
            throws FileException {
        var unchecked = new GgufTokens(file, metadata, "", List.of());
        Optional<String> kind = unchecked.kindOf();
        if (!metadata.containsKey(TOKENS)) {
            if (kind.isPresent() && !kind.get().equals("none") && !kind.get().equals("no_vocab")) {
                throw FileException.malformed(file, TOKENS + " is missing");
            }
            return Optional.empty();
        }
        if (kind.isEmpty()) {
            throw FileException.malformed(
                    file, "holds no tokenizer: tokenizer.ggml.model is missing");
        }
        var tokens = new GgufTokens(file, metadata, kind.get(), unchecked.read(kind.get()));
        tokens.requireTypes();
        tokens.requireSpecialIds();
        return Optional.of(tokens);
    }

    /// llama.cpp's name of the kind of tokenizer: `llama` is SentencePiece's, `gpt2` byte-level BPE
    /// as Llama 3 has.
    public String kind() {
        return kind;
    }

    public boolean isSentencePiece() {
        return kind.equals("llama");
    }

    /// @throws FileException if it is of another kind than LLaMA's
    public GgufTokens requireSentencePiece() throws FileException {
        if (!isSentencePiece()) {
            throw FileException.unsupported(
                    file,
                    "has a tokenizer of kind "
                            + Printable.name(kind)
                            + ", expected 'llama', a SentencePiece vocabulary");
        }
        return this;
    }

    /// By token id. A token of which the file says no type (0, or no list of types) is a normal
    /// one.
    public List<Piece> pieces() {
        return pieces;
    }

    /// A special token's id: `bos`, `eos`, `unknown`, `padding` and so on.
    public OptionalInt id(String special) {
        GgufValue value = metadata.get(PREFIX + special + "_token_id");
        if (value != null) {
            return id(value);
        }
        Integer usual = isSentencePiece() ? USUAL.get(special) : null;
        return usual == null || usual >= pieces.size()
                ? OptionalInt.empty()
                : OptionalInt.of(usual);
    }

    /// A yes or no, such as `add_bos_token`.
    ///
    /// @param otherwise where the file says nothing
    public boolean flag(String name, boolean otherwise) {
        return metadata.get(PREFIX + name) instanceof GgufValue.Bool(boolean value)
                ? value
                : otherwise;
    }

    public ChatTemplates chatTemplates() {
        return GgufChatTemplates.read(metadata);
    }

    private Optional<String> kindOf() throws FileException {
        GgufValue value = metadata.get(PREFIX + "model");
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof GgufValue.Text(String name))) {
            throw FileException.malformed(file, "tokenizer.ggml.model is no text");
        }
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    private List<Piece> read(String ofKind) throws FileException {
        if (!(metadata.get(TOKENS) instanceof GgufValue.Texts(List<String> texts))
                || texts.isEmpty()) {
            throw FileException.malformed(file, TOKENS + " is no list of text");
        }
        float[] scores = scores(texts.size(), ofKind.equals("llama"));
        int[] types = types(texts.size());
        boolean withBytes = WITH_BYTES.contains(ofKind);
        Map<String, Integer> seen = HashMap.newHashMap(texts.size());
        var read = new ArrayList<Piece>(texts.size());
        for (int id = 0; id < texts.size(); id++) {
            String text = texts.get(id);
            Integer first = text.isEmpty() ? null : seen.putIfAbsent(text, id);
            if (first != null) {
                throw FileException.malformed(
                        file,
                        "tokenizer.ggml.tokens: pieces %d and %d are both %s"
                                .formatted(first, id, Printable.name(text)));
            }
            if (!Float.isFinite(scores[id])) {
                throw FileException.malformed(
                        file,
                        "tokenizer.ggml.scores of token %d is %s, expected a number"
                                .formatted(id, scores[id]));
            }
            Piece.Type type = type(id, types[id]);
            if (type == Piece.Type.BYTE && withBytes && !BYTE.matcher(text).matches()) {
                throw FileException.malformed(
                        file,
                        "token %d has type BYTE and is %s, expected '<0x00>' to '<0xFF>'"
                                .formatted(id, Printable.name(text)));
            }
            read.add(new Piece(text, scores[id], type));
        }
        return read;
    }

    private float[] scores(int size, boolean required) throws FileException {
        GgufValue value = metadata.get(PREFIX + "scores");
        if (value == null && !required) {
            return new float[size];
        }
        if (!(value instanceof GgufValue.F32s(float[] scores)) || scores.length != size) {
            throw wrongList("scores", "float32", size);
        }
        return scores;
    }

    private int[] types(int size) throws FileException {
        GgufValue value = metadata.get(PREFIX + "token_type");
        if (value == null) {
            return new int[size];
        }
        if (!(value instanceof GgufValue.I32s(int[] types)) || types.length != size) {
            throw wrongList("token_type", "int32", size);
        }
        return types;
    }

    private FileException wrongList(String name, String type, int size) {
        return FileException.malformed(
                file,
                "%s%s is no list of %d %s numbers, one for each of the tokens"
                        .formatted(PREFIX, name, size, type));
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
                                "tokenizer.ggml.token_type of token %d is %d, expected 0 to 6"
                                        .formatted(id, number)));
    }

    /// llama.cpp reads whatever lies there as text, or does not load the file.
    private void requireTypes() throws FileException {
        requireType(PREFIX + "merges", GgufValue.Texts.class, "no list of text");
        requireType(PREFIX + "pre", GgufValue.Text.class, "no text");
        requireType("tokenizer.chat_template", GgufValue.Text.class, "no text");
        for (String flag : FLAGS) {
            requireType(PREFIX + flag, GgufValue.Bool.class, "neither true nor false");
        }
    }

    private void requireType(String key, Class<? extends GgufValue> type, String otherwise)
            throws FileException {
        GgufValue value = metadata.get(key);
        if (value != null && !type.isInstance(value)) {
            throw FileException.malformed(file, "%s is %s".formatted(key, otherwise));
        }
    }

    private void requireSpecialIds() throws FileException {
        for (Map.Entry<String, GgufValue> entry : metadata.entrySet()) {
            if (SPECIAL.matcher(entry.getKey()).matches()) {
                OptionalInt id = id(entry.getValue());
                boolean none = id.isEmpty() && isNone(entry.getValue());
                if (!none && (id.isEmpty() || id.getAsInt() >= pieces.size())) {
                    throw FileException.malformed(
                            file,
                            "%s is %s, which is no id of the %d tokens"
                                    .formatted(
                                            Printable.text(entry.getKey()),
                                            number(entry.getValue()),
                                            pieces.size()));
                }
            }
        }
    }

    private static OptionalInt id(GgufValue value) {
        long id =
                switch (value) {
                    case GgufValue.U32(long number) -> number;
                    case GgufValue.I32(int number) -> number;
                    default -> -2;
                };
        return id < 0 || id > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) id);
    }

    /// Old converters write −1 for a token that there is not.
    private static boolean isNone(GgufValue value) {
        return value.equals(new GgufValue.I32(-1)) || value.equals(new GgufValue.U32(0xffff_ffffL));
    }

    private static String number(GgufValue value) {
        return switch (value) {
            case GgufValue.U32(long number) -> Long.toString(number);
            case GgufValue.I32(int number) -> Integer.toString(number);
            default -> "no 32-bit integer";
        };
    }
}
