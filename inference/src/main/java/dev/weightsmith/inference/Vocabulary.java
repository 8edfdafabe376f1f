package dev.weightsmith.inference;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.llama.ConfigJson;
import dev.weightsmith.llama.GgufTokens;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.tokenizer.AddedToken;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;

/// What has to be known to turn text into token ids and back, wherever the model keeps it.
///
/// @param pieces by token id
/// @param added tokens that are cut out of a text before anything else; special ones only where
///   that is asked for
/// @param unknown the id of what has neither a piece nor bytes
/// @param begin put before a text, if [#addBegin]
/// @param ends ids that end an answer
/// @param spaceFirst whether a text gets a space in front
public record Vocabulary(
        List<Piece> pieces,
        List<AddedToken> added,
        int unknown,
        OptionalInt begin,
        boolean addBegin,
        List<Integer> ends,
        boolean spaceFirst,
        ChatTemplates templates) {

    /// Kinds of tokens that end an answer, in GGUF's words.
    private static final List<String> ENDS = List.of("eos", "eot", "eom");

    public Vocabulary {
        pieces = List.copyOf(pieces);
        added = List.copyOf(added);
        ends = List.copyOf(ends);
    }

    /// The vocabulary of a model.
    ///
    /// @throws FileException if it has none, or one of another kind than LLaMA's
    /// @throws PlanException if it has more tokens than the model's embedding has rows
    public static Vocabulary of(LlamaModel model) throws IOException {
        Vocabulary vocabulary =
                switch (model.tokenizer()) {
                    case LlamaModel.Tokenizer.None _ -> throw missing(model.path());
                    case LlamaModel.Tokenizer.Folder folder ->
                            ofFiles(
                                    model,
                                    TokenizerFiles.read(folder.path())
                                            .orElseThrow(() -> missing(folder.path())));
                    case LlamaModel.Tokenizer.Gguf gguf ->
                            ofGguf(
                                    GgufTokens.read(model.path(), gguf.metadata())
                                            .orElseThrow(() -> missing(model.path()))
                                            .requireSentencePiece());
                };
        int rows = model.config().vocabularySize();
        if (vocabulary.pieces.size() > rows) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.MISMATCH,
                                    model.path(),
                                    "the tokenizer is "
                                            + TokenizerFiles.vocabularyName(
                                                    vocabulary.pieces.size())
                                            + " but the model's embedding has "
                                            + rows
                                            + " rows")
                            .withHint("take the tokenizer that belongs to the model"));
        }
        return vocabulary;
    }

    private static Vocabulary ofGguf(GgufTokens tokens) {
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
                tokens.chatTemplates());
    }

    private static FileException missing(Path place) {
        return new FileException(
                Problem.of(ErrorKind.MALFORMED, place, "holds no tokenizer")
                        .withHint("copy tokenizer.model from the model that it was made from"));
    }

    private static Vocabulary ofFiles(LlamaModel model, TokenizerFiles files) throws IOException {
        Path file = files.folder().resolve("tokenizer.model");
        SentencePieceModel sentencePiece = files.model().requireBpe(file);
        if (!sentencePiece.keepsText()) {
            throw FileException.unsupported(
                    file,
                    "changes texts before it cuts them, expected one that does not, as"
                            + " LLaMA's");
        }
        var pieces = new ArrayList<>(sentencePiece.pieces());
        for (AddedToken token : files.added()) {
            if (token.id() >= pieces.size()) {
                pieces.add(
                        new Piece(
                                token.text(),
                                0,
                                token.special() ? Piece.Type.CONTROL : Piece.Type.USER_DEFINED));
            }
        }
        var added = new ArrayList<>(files.added());
        for (int id = 0; id < sentencePiece.pieces().size(); id++) {
            Piece piece = sentencePiece.pieces().get(id);
            int known = id;
            if (piece.type() == Piece.Type.CONTROL
                    && files.added().stream().noneMatch(token -> token.id() == known)) {
                added.add(new AddedToken(id, piece.text(), true));
            }
        }
        var ends = new LinkedHashSet<Integer>();
        sentencePiece.endId().ifPresent(ends::add);
        ends.addAll(model.config().tokenIds("eos"));
        ends.addAll(generationEnds(files.folder()));
        ends.removeIf(id -> id >= pieces.size());
        OptionalInt begin = sentencePiece.beginId();
        return new Vocabulary(
                pieces,
                added,
                sentencePiece.unknownId(),
                begin.isPresent() ? begin : model.config().tokenId("bos"),
                files.config().path("add_bos_token").asBoolean(true),
                List.copyOf(ends),
                sentencePiece.addDummyPrefix(),
                files.chatTemplates());
    }

    /// The ends that `generation_config.json` adds, as in Llama 3's chat models.
    private static List<Integer> generationEnds(Path folder) throws IOException {
        Path file = folder.resolve("generation_config.json");
        return Files.isRegularFile(file)
                ? ConfigJson.tokenIds(StrictJson.readObject(file), "eos")
                : List.of();
    }

    /// The text of a special token; empty where the model has none.
    String text(OptionalInt id) {
        return id.isPresent() ? pieces.get(id.getAsInt()).text() : "";
    }

    /// The first of [#ends].
    OptionalInt end() {
        return ends.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ends.getFirst());
    }
}
