package dev.weightsmith.tokenizer;

import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.tokenizer.proto.ModelProto;
import dev.weightsmith.tokenizer.proto.ModelProto.SentencePiece;
import dev.weightsmith.tokenizer.proto.TrainerSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The rules that the pieces of a vocabulary must keep
/// (docs/specs/hostile-inputs.md#sentencepiece-models).
final class VocabularyCheck {
    private static final Pattern BYTE_PIECE = Pattern.compile("<0x[0-9A-F]{2}>");

    private final Path path;

    VocabularyCheck(Path path) {
        this.path = path;
    }

    static boolean isBytePiece(String text) {
        return BYTE_PIECE.matcher(text).matches();
    }

    SentencePieceModel check(ModelProto proto) throws FileException {
        if (proto.getPiecesCount() == 0) {
            throw FileException.malformed(path, "has no pieces, expected a SentencePiece model");
        }
        List<Piece> pieces = new ArrayList<>(proto.getPiecesCount());
        for (SentencePiece piece : proto.getPiecesList()) {
            pieces.add(piece(pieces.size(), piece));
        }
        requireDistinct(pieces);
        requireOneUnknown(pieces);
        requireAllBytes(pieces, proto.getTrainerSpec().getByteFallback());
        requireSpecialIds(proto.getTrainerSpec(), pieces.size());
        switch (proto.getTrainerSpec().getModelType()) {
            case UNIGRAM, BPE -> {}
            case WORD, CHAR ->
                    throw FileException.unsupported(
                            path,
                            "is a SentencePiece model of type "
                                    + proto.getTrainerSpec().getModelType()
                                    + ", expected BPE");
        }
        return SentencePieceModel.checked(proto, pieces);
    }

    private Piece piece(int id, SentencePiece piece) throws FileException {
        if (!piece.getPieceBytes().isValidUtf8()) {
            throw FileException.malformed(path, "piece " + id + " is not valid UTF-8");
        }
        if (piece.getPiece().isEmpty()) {
            throw FileException.malformed(path, "piece " + id + " is empty");
        }
        if (!Float.isFinite(piece.getScore())) {
            throw FileException.malformed(
                    path, "piece " + id + " has score " + piece.getScore() + ", expected a number");
        }
        return new Piece(
                piece.getPiece(),
                piece.getScore(),
                switch (piece.getType()) {
                    case NORMAL -> Piece.Type.NORMAL;
                    case UNKNOWN -> Piece.Type.UNKNOWN;
                    case CONTROL -> Piece.Type.CONTROL;
                    case USER_DEFINED -> Piece.Type.USER_DEFINED;
                    case UNUSED -> Piece.Type.UNUSED;
                    case BYTE -> Piece.Type.BYTE;
                });
    }

    private void requireDistinct(List<Piece> pieces) throws FileException {
        Map<String, Integer> seen = HashMap.newHashMap(pieces.size());
        for (int id = 0; id < pieces.size(); id++) {
            Integer first = seen.putIfAbsent(pieces.get(id).text(), id);
            if (first != null) {
                throw FileException.malformed(
                        path,
                        "pieces "
                                + first
                                + " and "
                                + id
                                + " are both "
                                + Printable.name(pieces.get(id).text()));
            }
        }
    }

    private void requireOneUnknown(List<Piece> pieces) throws FileException {
        long count = pieces.stream().filter(p -> p.type() == Piece.Type.UNKNOWN).count();
        if (count != 1) {
            throw FileException.malformed(
                    path, "has " + count + " pieces of type UNKNOWN, expected 1");
        }
    }

    private void requireAllBytes(List<Piece> pieces, boolean byteFallback) throws FileException {
        var seen = new BitSet(256);
        for (int id = 0; id < pieces.size(); id++) {
            if (pieces.get(id).type() == Piece.Type.BYTE) {
                String text = pieces.get(id).text();
                if (!BYTE_PIECE.matcher(text).matches()) {
                    throw FileException.malformed(
                            path,
                            "piece "
                                    + id
                                    + " has type BYTE and is "
                                    + Printable.name(text)
                                    + ", expected '<0x00>' to '<0xFF>'");
                }
                seen.set(HexFormat.fromHexDigits(text, 3, 5));
            }
        }
        if ((byteFallback || !seen.isEmpty()) && seen.cardinality() < 256) {
            throw FileException.malformed(
                    path,
                    "has "
                            + seen.cardinality()
                            + " pieces of type BYTE, expected 256; the first that is missing is"
                            + " <0x%02X>".formatted(seen.nextClearBit(0)));
        }
    }

    private void requireSpecialIds(TrainerSpec spec, int pieces) throws FileException {
        requireSpecialId("bos_id", spec.hasBosId(), spec.getBosId(), pieces);
        requireSpecialId("eos_id", spec.hasEosId(), spec.getEosId(), pieces);
        requireSpecialId("pad_id", spec.hasPadId(), spec.getPadId(), pieces);
    }

    private void requireSpecialId(String name, boolean said, int id, int pieces)
            throws FileException {
        if (said && id >= pieces) {
            throw FileException.malformed(
                    path, "trainer_spec." + name + " is " + id + " of " + pieces + " pieces");
        }
    }
}
