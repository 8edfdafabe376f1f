package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.weightsmith.SharedData;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.tokenizer.proto.ModelProto;
import dev.weightsmith.tokenizer.proto.ModelProto.SentencePiece;
import dev.weightsmith.tokenizer.proto.TrainerSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentencePieceModelTest {
    private static final Path FILE = Path.of("tokenizer.model");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenizers/llama.model",
                "tokenizers/chinese_sp.model",
                "tokenizers/chinese-llama-2.model",
                "tiny/base-hf/tokenizer.model",
                "tiny/lora-alpaca-plus/tokenizer.model"
            })
    void readingAndWritingARealModelGivesTheSameBytes(String name) throws IOException {
        Path path = SharedData.path(name);
        assertThat(SentencePieceModel.read(path).bytes()).isEqualTo(Files.readAllBytes(path));
    }

    @Test
    void llamaHasItsKnownPieces() throws IOException {
        var llama = SentencePieceModel.read(SharedData.path("tokenizers/llama.model"));
        assertThat(llama.pieces()).hasSize(32000);
        assertThat(llama.kind()).isEqualTo(SentencePieceModel.Kind.BPE);
        assertThat(llama.pieces().getFirst()).isEqualTo(new Piece("<unk>", 0, Piece.Type.UNKNOWN));
        assertThat(llama.pieces().get(258)).isEqualTo(new Piece("<0xFF>", 0, Piece.Type.BYTE));
        assertThat(llama.pieces().get(259)).isEqualTo(new Piece("▁▁", -1e9f, Piece.Type.NORMAL));
        assertThat(llama.beginId()).hasValue(1);
        assertThat(llama.endId()).hasValue(2);
        assertThat(llama.paddingId()).isEmpty();
        assertThat(llama.unknownId()).isZero();
        assertThat(llama.addDummyPrefix()).isTrue();
        assertThat(llama.id("▁the")).hasValue(278);
    }

    @Test
    void unigramModelIsReadAndToldApart() throws IOException {
        Path path = SharedData.path("tokenizers/chinese_sp.model");
        var model = SentencePieceModel.read(path);
        assertThat(model.kind()).isEqualTo(SentencePieceModel.Kind.UNIGRAM);
        assertThatThrownBy(() -> model.requireBpe(path))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("is a unigram SentencePiece model, expected BPE");
    }

    @Test
    void unknownFieldsSurvive() throws IOException {
        var unknown =
                UnknownFieldSet.newBuilder()
                        .addField(
                                200,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8("kept"))
                                        .build())
                        .build();
        var proto =
                small().setUnknownFields(unknown)
                        .setTrainerSpec(bpe().setUnknownFields(unknown))
                        .addPieces(
                                SentencePiece.newBuilder().setPiece("x").setUnknownFields(unknown));
        byte[] bytes = proto.build().toByteArray();
        assertThat(SentencePieceModel.parse(FILE, bytes).bytes()).isEqualTo(bytes);
    }

    @Test
    void everyCutOfAModelIsRefused() throws IOException {
        byte[] bytes = small().setTrainerSpec(bpe()).build().toByteArray();
        SentencePieceModel.parse(FILE, bytes);
        int specEnd = bytes.length;
        int piecesEnd = bytes.length - bpe().build().getSerializedSize() - 2;
        for (int length = 0; length < specEnd; length++) {
            if (length == piecesEnd) {
                // The pieces alone are a (unigram) model.
                continue;
            }
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> SentencePieceModel.parse(FILE, cut))
                    .as("cut at " + length)
                    .isInstanceOf(FileException.class);
        }
    }

    @Test
    void everySingleBitFlipIsReadOrRefused() {
        byte[] bytes = small().setTrainerSpec(bpe()).build().toByteArray();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                SentencePieceModel.parse(FILE, flipped);
            } catch (IOException e) {
                assertThat(e).as("bit " + bit).isInstanceOf(FileException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0801 | field pieces has wire type 0, expected 2",
                "0a04 | a field is cut short",
                "0a020801 | field piece has wire type 0",
                "0a03120161 | field score has wire type 2",
                "0a021a00 | field type has wire type 2",
                "0a060a01611201 | a field is cut short",
                "0a0a0a01610a0162 | cut short",
                "0a060a01610a0162 | holds field 1 twice",
                "0a021807 | piece 0 has type 7, expected 1 to 6",
                "0a021800 | piece 0 has type 0",
                "0affffffffffffffffffff01 | cut short",
                "0affffffff0f | piece 0 has no valid length",
                "0a818004 | piece 0 is 65537 bytes long, expected at most 65536",
                "00 | no valid tag",
                "b30cb40c | holds a group",
                "7f | no valid tag",
                "12001200 | holds trainer_spec twice",
                "12021801 | has no pieces",
                "12021809 | trainer_spec.model_type has a wrong type or value",
                "12042a013020 | a field of a specification is broken",
                "12031a0130 | trainer_spec.model_type has a wrong type or value",
            })
    void brokenWireFormatIsRefusedWithAReason(String hex, String reason) {
        assertThatThrownBy(() -> SentencePieceModel.parse(FILE, HexFormat.of().parseHex(hex)))
                .isInstanceOf(FileException.class)
                .hasMessageStartingWith("tokenizer.model: ")
                .hasMessageContaining(reason);
    }

    @Test
    void deeplyNestedUnknownGroupsAreRefused() {
        var deep = ByteString.copyFrom(new byte[2000]).toByteArray();
        Arrays.fill(deep, (byte) 0x7b); // field 15, start of a group
        byte[] bytes = new byte[deep.length + 3];
        bytes[0] = 0x12;
        bytes[1] = (byte) ((deep.length & 0x7f) | 0x80);
        bytes[2] = (byte) (deep.length >> 7);
        System.arraycopy(deep, 0, bytes, 3, deep.length);
        assertThatThrownBy(() -> SentencePieceModel.parse(FILE, bytes))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("a field of a specification is broken");
    }

    @Test
    void moreThanTwoMillionPiecesAreOverTheLimit() {
        byte[] bytes = new byte[2 * (SentencePieceModel.MOST_PIECES + 1)];
        for (int i = 0; i < bytes.length; i += 2) {
            bytes[i] = 0x0a;
        }
        assertThatThrownBy(() -> SentencePieceModel.parse(FILE, bytes))
                .hasMessageContaining("has more than 2097152 pieces")
                .satisfies(e -> assertThat(kind(e)).isEqualTo(ErrorKind.LIMIT));
    }

    @Test
    void emptyPieceIsRefused() {
        assertRefused(small().addPieces(piece("")), "piece 1 is empty");
    }

    @Test
    void duplicatePieceIsRefused() {
        assertRefused(small().addPieces(piece("<unk>")), "pieces 0 and 1 are both '<unk>'");
    }

    @Test
    void pieceThatIsNotUtf8IsRefused() {
        var broken =
                SentencePiece.newBuilder()
                        .setPieceBytes(ByteString.copyFrom(new byte[] {(byte) 0xc0, (byte) 0x80}));
        assertRefused(small().addPieces(broken), "piece 1 is not valid UTF-8");
    }

    @Test
    void scoreThatIsNotANumberIsRefused() {
        assertRefused(small().addPieces(piece("a").setScore(Float.NaN)), "piece 1 has score NaN");
    }

    @Test
    void twoUnknownPiecesAreRefused() {
        assertRefused(
                small().addPieces(piece("a").setType(SentencePiece.Type.UNKNOWN)),
                "has 2 pieces of type UNKNOWN, expected 1");
    }

    @Test
    void vocabularyWithoutUnknownPieceIsRefused() {
        assertRefused(
                ModelProto.newBuilder().addPieces(piece("a")),
                "has 0 pieces of type UNKNOWN, expected 1");
    }

    @Test
    void bytePieceWithOddTextIsRefused() {
        assertRefused(
                small().addPieces(piece("<0x-1>").setType(SentencePiece.Type.BYTE)),
                "piece 1 has type BYTE and is '<0x-1>'");
    }

    @Test
    void missingBytePieceIsNamed() {
        var proto = small();
        for (int i = 0; i < 256; i++) {
            if (i != 0xAB) {
                proto.addPieces(piece("<0x%02X>".formatted(i)).setType(SentencePiece.Type.BYTE));
            }
        }
        assertRefused(proto, "has 255 pieces of type BYTE, expected 256; the first that is");
        assertRefused(proto, "<0xAB>");
    }

    @Test
    void byteFallbackWithoutBytePiecesIsRefused() {
        assertRefused(
                small().setTrainerSpec(bpe().setByteFallback(true)), "has 0 pieces of type BYTE");
    }

    @Test
    void specialIdBeyondTheVocabularyIsRefused() {
        assertRefused(
                small().setTrainerSpec(bpe().setEosId(5)), "trainer_spec.eos_id is 5 of 1 pieces");
    }

    @Test
    void wordModelIsUnsupported() {
        byte[] bytes =
                small().setTrainerSpec(bpe().setModelType(TrainerSpec.ModelType.WORD))
                        .build()
                        .toByteArray();
        assertThatThrownBy(() -> SentencePieceModel.parse(FILE, bytes))
                .satisfies(e -> assertThat(kind(e)).isEqualTo(ErrorKind.UNSUPPORTED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"version\": \"1.0\"} | UNSUPPORTED | is JSON",
                "IQ== 0\\nIg== 1\\n | UNSUPPORTED | is a tiktoken vocabulary",
                "version https://git-lfs.github.com/spec/v1\\n | MALFORMED | is a Git LFS pointer",
                "'' | MALFORMED | is empty",
                "<html> | MALFORMED | is not a SentencePiece model"
            })
    void otherKindsOfFilesAreNamed(String text, ErrorKind kind, String reason) {
        byte[] bytes = text.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> SentencePieceModel.parse(FILE, bytes))
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(kind(e)).isEqualTo(kind));
    }

    @Test
    void appendedPiecesHaveAScoreAndNoType() throws IOException {
        var grown =
                SentencePieceModel.parse(FILE, small().setTrainerSpec(bpe()).build().toByteArray())
                        .withPieces(List.of(Piece.appended("好")));
        var last = ModelProto.parseFrom(grown.bytes()).getPieces(1);
        assertThat(last.getPiece()).isEqualTo("好");
        assertThat(last.hasScore()).isTrue();
        assertThat(last.hasType()).isFalse();
    }

    @Test
    void appendingAKnownPieceIsTheCallersMistake() throws IOException {
        var model = SentencePieceModel.parse(FILE, small().build().toByteArray());
        assertThatThrownBy(() -> model.withPieces(List.of(Piece.appended("<unk>"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRefused(ModelProto.Builder proto, String reason) {
        assertThatThrownBy(() -> SentencePieceModel.parse(FILE, proto.build().toByteArray()))
                .isInstanceOf(FileException.class)
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(kind(e)).isEqualTo(ErrorKind.MALFORMED));
    }

    private static ErrorKind kind(Throwable e) {
        return ((FileException) e).problem().kind();
    }

    private static ModelProto.Builder small() {
        return ModelProto.newBuilder()
                .addPieces(piece("<unk>").setType(SentencePiece.Type.UNKNOWN).setScore(0));
    }

    private static SentencePiece.Builder piece(String text) {
        return SentencePiece.newBuilder().setPiece(text);
    }

    private static TrainerSpec.Builder bpe() {
        return TrainerSpec.newBuilder()
                .setModelType(TrainerSpec.ModelType.BPE)
                .setBosId(-1)
                .setEosId(-1);
    }
}
