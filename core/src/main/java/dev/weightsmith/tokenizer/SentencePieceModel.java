package dev.weightsmith.tokenizer;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.tokenizer.proto.ModelProto;
import dev.weightsmith.tokenizer.proto.ModelProto.SentencePiece;
import dev.weightsmith.tokenizer.proto.NormalizerSpec;
import dev.weightsmith.tokenizer.proto.TrainerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// A SentencePiece model: the pieces of a vocabulary and how text is cut into them.
///
/// Whatever the file holds beyond what is known here survives; [#bytes] gives what the official
/// library would write.
public final class SentencePieceModel {
    /// The most pieces that are read.
    static final int MOST_PIECES = 1 << 21;

    private static final int LARGEST_FILE = 64 << 20;
    private static final int DEEPEST_NESTING = 32;

    /// What the piece that fills short texts is called in grown vocabularies.
    private static final List<String> PADDING = List.of("[PAD]", "<pad>");

    /// How the pieces were learned, and so how text is cut.
    public enum Kind {
        UNIGRAM,
        /// What LLaMA and llama.cpp know.
        BPE
    }

    private final ModelProto proto;
    private final List<Piece> pieces;
    private final Map<String, Integer> ids;

    private SentencePieceModel(ModelProto proto, List<Piece> pieces, Map<String, Integer> ids) {
        this.proto = proto;
        this.pieces = pieces;
        this.ids = ids;
    }

    /// Reads and checks a `tokenizer.model` file.
    ///
    /// @throws FileException if it is not there, too large, another kind of tokenizer, or breaks a
    ///   rule: one unknown piece, all 256 byte pieces or none, no empty or duplicate piece, valid
    ///   UTF-8, finite scores, special ids within the vocabulary, a sound normalization trie
    public static SentencePieceModel read(Path path) throws IOException {
        try (var file = InputFile.open(path)) {
            if (file.size() > LARGEST_FILE) {
                throw FileException.overLimit(
                        path, "is " + file.size() + " bytes, expected at most " + LARGEST_FILE);
            }
            return parse(path, file.bytes(0, (int) file.size()));
        }
    }

    /// The same of bytes that came out of `path`.
    public static SentencePieceModel parse(Path path, byte[] bytes) throws IOException {
        OtherTokenizers.refuse(path, bytes);
        WireCheck.check(path, bytes);
        try {
            var in = CodedInputStream.newInstance(bytes);
            in.setRecursionLimit(DEEPEST_NESTING);
            var proto = ModelProto.parseFrom(in);
            requireKnownTypes(path, "trainer_spec", proto.getTrainerSpec());
            requireKnownTypes(path, "normalizer_spec", proto.getNormalizerSpec());
            requireKnownTypes(path, "denormalizer_spec", proto.getDenormalizerSpec());
            NormalizationTrie.check(
                    path,
                    "normalizer_spec",
                    proto.getNormalizerSpec().getPrecompiledCharsmap().toByteArray());
            NormalizationTrie.check(
                    path,
                    "denormalizer_spec",
                    proto.getDenormalizerSpec().getPrecompiledCharsmap().toByteArray());
            return new VocabularyCheck(path).check(proto);
        } catch (InvalidProtocolBufferException e) {
            throw FileException.malformed(
                    path, "is not a SentencePiece model: a field of a specification is broken");
        }
    }

    /// A value of a type or enumeration that the parser does not know has become an unknown field
    /// with a known number.
    private static void requireKnownTypes(Path path, String name, Message spec)
            throws FileException {
        for (FieldDescriptor field : spec.getDescriptorForType().getFields()) {
            if (spec.getUnknownFields().hasField(field.getNumber())) {
                throw FileException.malformed(
                        path, name + "." + field.getName() + " has a wrong type or value");
            }
        }
    }

    static SentencePieceModel checked(ModelProto proto, List<Piece> pieces) {
        Map<String, Integer> ids = HashMap.newHashMap(pieces.size());
        for (int id = 0; id < pieces.size(); id++) {
            ids.put(pieces.get(id).text(), id);
        }
        return new SentencePieceModel(proto, List.copyOf(pieces), ids);
    }

    /// A model made of pieces alone, as LLaMA's own would be: BPE, identity normalization, spaces
    /// kept.
    ///
    /// @param path what the pieces were read from, for messages
    /// @param begin the id that begins a text, if there is one
    /// @param addDummyPrefix whether a space is put before the text
    /// @throws FileException if the pieces break a rule of [#read]
    public static SentencePieceModel ofPieces(
            Path path,
            List<Piece> pieces,
            OptionalInt begin,
            OptionalInt end,
            boolean addDummyPrefix)
            throws FileException {
        var proto = ModelProto.newBuilder();
        boolean bytes = false;
        int unknown = 0;
        for (int id = 0; id < pieces.size(); id++) {
            Piece piece = pieces.get(id);
            var entry = SentencePiece.newBuilder().setPiece(piece.text()).setScore(piece.score());
            if (piece.type() != Piece.Type.NORMAL) {
                entry.setType(SentencePiece.Type.forNumber(piece.type().number()));
            }
            proto.addPieces(entry);
            bytes |= piece.type() == Piece.Type.BYTE;
            unknown = piece.type() == Piece.Type.UNKNOWN ? id : unknown;
        }
        proto.setTrainerSpec(
                TrainerSpec.newBuilder()
                        .setModelType(TrainerSpec.ModelType.BPE)
                        .setVocabSize(pieces.size())
                        .setByteFallback(bytes)
                        .setUnkId(unknown)
                        .setBosId(begin.orElse(-1))
                        .setEosId(end.orElse(-1))
                        .setPadId(-1));
        proto.setNormalizerSpec(
                NormalizerSpec.newBuilder()
                        .setName("identity")
                        .setAddDummyPrefix(addDummyPrefix)
                        .setRemoveExtraWhitespaces(false)
                        .setEscapeWhitespaces(true));
        return new VocabularyCheck(path).check(proto.build());
    }

    /// All pieces; the place in the list is the token id.
    public List<Piece> pieces() {
        return pieces;
    }

    /// The token id of a piece.
    public OptionalInt id(String text) {
        Integer id = ids.get(text);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    public Kind kind() {
        return proto.getTrainerSpec().getModelType() == TrainerSpec.ModelType.BPE
                ? Kind.BPE
                : Kind.UNIGRAM;
    }

    /// @throws FileException if text is not cut by byte pair encoding, which is all that LLaMA and
    ///   llama.cpp do
    public SentencePieceModel requireBpe(Path path) throws FileException {
        if (kind() != Kind.BPE) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    path,
                                    "is a unigram SentencePiece model, expected BPE as LLaMA has")
                            .withHint(
                                    "its pieces can be added to LLaMA's own model: weightsmith"
                                            + " tokenizer merge"));
        }
        return this;
    }

    /// The id of the piece for everything unknown.
    public int unknownId() {
        for (int id = 0; id < pieces.size(); id++) {
            if (pieces.get(id).type() == Piece.Type.UNKNOWN) {
                return id;
            }
        }
        throw new IllegalStateException("every checked model has an unknown piece");
    }

    /// The id that begins a text, if there is one.
    public OptionalInt beginId() {
        return specialId(proto.getTrainerSpec().getBosId());
    }

    /// The id that ends a text, if there is one.
    public OptionalInt endId() {
        return specialId(proto.getTrainerSpec().getEosId());
    }

    /// The id that fills short texts, if there is one.
    public OptionalInt paddingId() {
        return specialId(proto.getTrainerSpec().getPadId());
    }

    /// The same, or where the model says none the piece that is called so: merging vocabularies
    /// adds it as a piece like any other.
    public OptionalInt padding() {
        OptionalInt said = paddingId();
        return said.isPresent()
                ? said
                : PADDING.stream()
                        .map(this::id)
                        .filter(OptionalInt::isPresent)
                        .findFirst()
                        .orElse(said);
    }

    private OptionalInt specialId(int id) {
        // A default that a small vocabulary does not reach is no id either.
        return id < 0 || id >= pieces.size() ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /// Whether a space is put before the text.
    public boolean addDummyPrefix() {
        return proto.getNormalizerSpec().getAddDummyPrefix();
    }

    /// Whether texts are cut as they are, as LLaMA's are: nothing is normalized or collapsed first,
    /// and a space becomes `▁`.
    public boolean keepsText() {
        NormalizerSpec spec = proto.getNormalizerSpec();
        return spec.getPrecompiledCharsmap().isEmpty()
                && !spec.getRemoveExtraWhitespaces()
                && spec.getEscapeWhitespaces()
                && !proto.getTrainerSpec().getTreatWhitespaceAsSuffix();
    }

    /// Whether characters without a piece are cut into bytes.
    public boolean byteFallback() {
        return proto.getTrainerSpec().getByteFallback();
    }

    /// The model as the official library writes it: fields by number, unknown ones at the end.
    public byte[] bytes() {
        return proto.toByteArray();
    }

    /// This model with more pieces at the end. A normal piece gets no explicit type, as vocabulary
    /// merges write them (docs/specs/checkpoints.md#sentencepiece-vocabularies).
    ///
    /// @throws IllegalArgumentException if a piece is empty or there already
    public SentencePieceModel withPieces(List<Piece> appended) {
        var builder = proto.toBuilder();
        var all = new ArrayList<>(pieces);
        for (Piece piece : appended) {
            if (piece.text().isEmpty()) {
                throw new IllegalArgumentException("a piece must not be empty");
            }
            var entry = SentencePiece.newBuilder().setPiece(piece.text()).setScore(piece.score());
            if (piece.type() != Piece.Type.NORMAL) {
                entry.setType(SentencePiece.Type.forNumber(piece.type().number()));
            }
            builder.addPieces(entry);
            all.add(piece);
        }
        SentencePieceModel grown = checked(builder.build(), all);
        if (grown.ids.size() != all.size()) {
            throw new IllegalArgumentException("a piece is in the vocabulary already");
        }
        return grown;
    }
}
