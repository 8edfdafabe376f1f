package dev.weightsmith.tokenizer;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// Walks over the bytes of a SentencePiece model once, before anything is built from them.
///
/// The parser of the library would take many broken files: a known field of a wrong type is unknown
/// to it, a second trainer_spec is mixed into the first, and millions of tiny fields become as many
/// objects. Here they are errors with a place (docs/specs/hostile-inputs.md#sentencepiece-models).
final class WireCheck {
    private static final int LARGEST_PIECE = 64 << 10;
    private static final int LARGEST_UNKNOWN = 1 << 20;
    private static final int LARGEST_SPEC = 4 << 20;

    private final Path path;
    private final CodedInputStream in;
    private final Set<Integer> specs = new HashSet<>();
    private int pieces;
    private int unknownBytes;
    private int fieldStart;

    private WireCheck(Path path, byte[] bytes) {
        this.path = path;
        this.in = CodedInputStream.newInstance(bytes);
    }

    /// @throws FileException if `bytes` are not laid out as a SentencePiece model
    static void check(Path path, byte[] bytes) throws IOException {
        var check = new WireCheck(path, bytes);
        try {
            check.model();
        } catch (FileException e) {
            throw e;
        } catch (InvalidProtocolBufferException e) {
            throw FileException.malformed(
                    path,
                    check.fieldStart,
                    "is not a SentencePiece model: a field is cut short or has no valid tag");
        }
    }

    private void model() throws IOException {
        for (int tag = nextTag(); tag != 0; tag = nextTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> {
                    require(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED, "pieces");
                    piece(length(LARGEST_PIECE, "piece " + pieces));
                    if (++pieces > SentencePieceModel.MOST_PIECES) {
                        throw FileException.overLimit(
                                path,
                                "has more than " + SentencePieceModel.MOST_PIECES + " pieces");
                    }
                }
                case 2 -> spec(tag, "trainer_spec");
                case 3 -> spec(tag, "normalizer_spec");
                case 4 -> spec(tag, "self_test_data");
                case 5 -> spec(tag, "denormalizer_spec");
                default -> unknown(tag);
            }
        }
    }

    private void piece(int length) throws IOException {
        int end = in.getTotalBytesRead() + length;
        int limit = in.pushLimit(length);
        int seen = 0;
        for (int tag = nextTag(); tag != 0; tag = nextTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            switch (field) {
                case 1 -> require(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED, "piece");
                case 2 -> require(tag, WireFormat.WIRETYPE_FIXED32, "score");
                case 3 -> require(tag, WireFormat.WIRETYPE_VARINT, "type");
                default -> {
                    unknown(tag);
                    continue;
                }
            }
            if ((seen & 1 << field) != 0) {
                throw malformed("piece " + pieces + " holds field " + field + " twice");
            }
            seen |= 1 << field;
            if (field == 3) {
                type(in.readInt32());
            } else {
                in.skipField(tag);
            }
        }
        if (in.getTotalBytesRead() != end) {
            throw malformed("piece " + pieces + " is cut short");
        }
        in.popLimit(limit);
    }

    private void type(int number) throws FileException {
        if (number < 1 || number > 6) {
            throw malformed("piece " + pieces + " has type " + number + ", expected 1 to 6");
        }
    }

    private void spec(int tag, String name) throws IOException {
        require(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED, name);
        if (!specs.add(WireFormat.getTagFieldNumber(tag))) {
            throw malformed("holds " + name + " twice");
        }
        in.skipRawBytes(length(LARGEST_SPEC, name));
    }

    private void unknown(int tag) throws IOException {
        int type = WireFormat.getTagWireType(tag);
        if (type == WireFormat.WIRETYPE_START_GROUP || type == WireFormat.WIRETYPE_END_GROUP) {
            throw malformed("is not a SentencePiece model: holds a group");
        }
        in.skipField(tag);
        unknownBytes += in.getTotalBytesRead() - fieldStart;
        if (unknownBytes > LARGEST_UNKNOWN) {
            throw FileException.overLimit(
                    path, "holds more than " + LARGEST_UNKNOWN + " bytes of unknown fields");
        }
    }

    private int nextTag() throws IOException {
        fieldStart = in.getTotalBytesRead();
        return in.readTag();
    }

    private int length(int largest, String what) throws IOException {
        int length = in.readRawVarint32();
        if (length < 0) {
            throw malformed(what + " has no valid length");
        }
        if (length > largest) {
            throw FileException.overLimit(
                    path, what + " is " + length + " bytes long, expected at most " + largest);
        }
        return length;
    }

    private void require(int tag, int type, String field) throws FileException {
        if (WireFormat.getTagWireType(tag) != type) {
            throw malformed(
                    "is not a SentencePiece model: field "
                            + field
                            + " has wire type "
                            + WireFormat.getTagWireType(tag)
                            + ", expected "
                            + type);
        }
    }

    private FileException malformed(String message) {
        return FileException.malformed(path, fieldStart, message);
    }
}
