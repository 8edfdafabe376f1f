package dev.weightsmith.tokenizer;

import dev.weightsmith.error.FileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What has to be known to turn text into token ids and back, wherever the model keeps it.
///
/// @param pieces by token id
/// @param added tokens that are cut out of a text before anything else; special ones only where
///   that is asked for
/// @param unknown the id of what has neither a piece nor bytes
/// @param begin put before a text, if [#addBegin]
/// @param ends ids that end an answer
/// @param spaceFirst whether a text gets a space in front
/// @param manner of cutting it
public record Vocabulary(
        List<Piece> pieces,
        List<AddedToken> added,
        int unknown,
        OptionalInt begin,
        boolean addBegin,
        List<Integer> ends,
        boolean spaceFirst,
        Manner manner,
        ChatTemplates templates) {

    /// Kinds of tokens that end an answer, in GGUF's words.
    private static final List<String> ENDS = List.of("eos", "eot", "eom");

    public Vocabulary {
        pieces = List.copyOf(pieces);
        added = List.copyOf(added);
        ends = List.copyOf(ends);
    }

    /// The vocabulary of a GGUF file.
    ///
    /// @throws FileException if it is of another kind than LLaMA's
    public static Vocabulary of(GgufTokens tokens) throws FileException {
        tokens.requireSentencePiece();
        var added = new ArrayList<AddedToken>();
        for (int id = 0; id < tokens.pieces().size(); id++) {
            Piece piece = tokens.pieces().get(id);
            switch (piece.type()) {
                case CONTROL -> added.add(new AddedToken(id, piece.text(), true));
                case USER_DEFINED -> added.add(new AddedToken(id, piece.text(), false));
                case NORMAL, UNKNOWN, UNUSED, BYTE -> {}
            }
        }
        var ends = new TreeSet<Integer>();
        for (String kind : ENDS) {
            tokens.id(kind).ifPresent(ends::add);
        }
        return new Vocabulary(
                tokens.pieces(),
                added,
                tokens.id("unknown").orElse(0),
                tokens.id("bos"),
                tokens.flag("add_bos_token", true),
                List.copyOf(ends),
                tokens.flag("add_space_prefix", true),
                Manner.LLAMA_CPP,
                tokens.chatTemplates());
    }

    /// The vocabulary of a folder.
    ///
    /// @param begin what begins a text where the SentencePiece model does not say it
    /// @param moreEnds what ends an answer besides the SentencePiece model's end
    /// @throws FileException if it does not cut text as LLaMA's does
    public static Vocabulary of(TokenizerFiles files, OptionalInt begin, List<Integer> moreEnds)
            throws FileException {
        Path file = files.folder().resolve("tokenizer.model");
        SentencePieceModel model = files.model().requireBpe(file);
        if (!model.keepsText()) {
            throw FileException.unsupported(
                    file,
                    "changes texts before it cuts them, expected one that does not, as"
                            + " LLaMA's");
        }
        List<Piece> pieces = pieces(files);
        var ends = new LinkedHashSet<Integer>();
        model.endId().ifPresent(ends::add);
        ends.addAll(moreEnds);
        ends.removeIf(id -> id >= pieces.size());
        return new Vocabulary(
                pieces,
                added(files),
                model.unknownId(),
                model.beginId().isPresent() ? model.beginId() : begin,
                files.config().path("add_bos_token").asBoolean(true),
                List.copyOf(ends),
                model.addDummyPrefix(),
                Manner.SENTENCE_PIECE,
                files.chatTemplates());
    }

    private static List<Piece> pieces(TokenizerFiles files) {
        var pieces = new ArrayList<>(files.model().pieces());
        for (AddedToken token : files.added()) {
            if (token.id() >= pieces.size()) {
                pieces.add(
                        new Piece(
                                token.text(),
                                0,
                                token.special() ? Piece.Type.CONTROL : Piece.Type.USER_DEFINED));
            }
        }
        return pieces;
    }

    /// Tokens that the files describe, and control pieces that they do not.
    private static List<AddedToken> added(TokenizerFiles files) {
        var added = new ArrayList<>(files.added());
        Set<Integer> described =
                added.stream().map(AddedToken::id).collect(Collectors.toUnmodifiableSet());
        List<Piece> pieces = files.model().pieces();
        for (int id = 0; id < pieces.size(); id++) {
            if (pieces.get(id).type() == Piece.Type.CONTROL && !described.contains(id)) {
                added.add(new AddedToken(id, pieces.get(id).text(), true));
            }
        }
        return added;
    }

    /// The text of a special token; empty where the model has none.
    public String text(OptionalInt id) {
        return id.isPresent() ? pieces.get(id.getAsInt()).text() : "";
    }

    /// The first of [#ends].
    public OptionalInt end() {
        return ends.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ends.getFirst());
    }
}
