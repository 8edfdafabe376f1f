package dev.weightsmith.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every codec of every kernel set must do: ggml's bytes, Java's bytes, and not one byte
/// beside its buffers.
class CodecContractTest {
    private static final List<DType> BLOCK_TYPES =
            List.of(
                    DType.Q4_0,
                    DType.Q4_1,
                    DType.Q5_0,
                    DType.Q5_1,
                    DType.Q8_0,
                    DType.Q2_K,
                    DType.Q3_K,
                    DType.Q4_K,
                    DType.Q5_K,
                    DType.Q6_K,
                    DType.IQ4_NL,
                    DType.IQ4_XS);
    private static final List<DType> PLAIN_TYPES =
            List.of(DType.F16, DType.BF16, DType.F32, DType.F64);
    private static final KernelSet JAVA = new JavaKernels();

    /// A codec under the contract.
    record Candidate(KernelSet set, DType dtype) {
        Codec codec() {
            return set.codec(dtype).orElseThrow();
        }

        @Override
        public String toString() {
            return dtype + " " + set.name();
        }
    }

    static Stream<Candidate> blockCodecs() {
        return Kernels.available().stream()
                .flatMap(set -> BLOCK_TYPES.stream().map(dtype -> new Candidate(set, dtype)));
    }

    static Stream<Candidate> allCodecs() {
        var types = new ArrayList<>(BLOCK_TYPES);
        types.addAll(PLAIN_TYPES);
        return Kernels.available().stream()
                .flatMap(set -> types.stream().map(dtype -> new Candidate(set, dtype)))
                .filter(candidate -> candidate.set().codec(candidate.dtype()).isPresent());
    }

    @ParameterizedTest
    @MethodSource("blockCodecs")
    void rowsOfTheRepositoryAreEncodedAsGgmlDoes(Candidate candidate) throws IOException {
        assertEncoded(candidate, GoldenRows.IN_REPOSITORY);
    }

    @ParameterizedTest
    @MethodSource("blockCodecs")
    void goldenRowsAreEncodedAsGgmlDoes(Candidate candidate) throws IOException {
        assertEncoded(candidate, GoldenRows.ALL);
    }

    private static void assertEncoded(Candidate candidate, List<GoldenRows> rows)
            throws IOException {
        for (var golden : rows) {
            assertSameRows(
                    candidate,
                    golden,
                    encode(
                            candidate.codec(),
                            golden.values(),
                            golden.columns(),
                            golden.importance()),
                    golden.encoded(candidate.dtype()));
        }
    }

    @ParameterizedTest
    @MethodSource("blockCodecs")
    void goldenRowsAreDecodedAsJavaDoes(Candidate candidate) throws IOException {
        var java = JAVA.codec(candidate.dtype()).orElseThrow();
        for (var golden : GoldenRows.ALL) {
            var encoded = golden.encoded(candidate.dtype());
            assertThat(decode(candidate.codec(), encoded, golden.columns()))
                    .isEqualTo(decode(java, encoded, golden.columns()));
        }
    }

    @ParameterizedTest
    @MethodSource("allCodecs")
    void randomRowsAreEncodedAsJavaDoes(Candidate candidate) {
        var java = JAVA.codec(candidate.dtype()).orElseThrow();
        for (int seed = 0; seed < 40; seed++) {
            var random = new RandomRows(seed);
            // Numbers of rows and blocks that fill no whole number of vectors, too.
            int columns = Math.max(32, candidate.dtype().blockElements()) * (1 + seed % 5);
            var values = bytes(random.values(1 + seed % 11, columns));
            var importance = Optional.of(bytes(random.importance(columns)));
            assertThat(encode(candidate.codec(), values, columns, Optional.empty()))
                    .as("seed %d without importance", seed)
                    .isEqualTo(encode(java, values, columns, Optional.empty()));
            assertThat(encode(candidate.codec(), values, columns, importance))
                    .as("seed %d with importance", seed)
                    .isEqualTo(encode(java, values, columns, importance));
        }
    }

    @ParameterizedTest
    @MethodSource("allCodecs")
    void anyBytesAreDecodedAsJavaDoes(Candidate candidate) {
        var java = JAVA.codec(candidate.dtype()).orElseThrow();
        for (int seed = 0; seed < 20; seed++) {
            int blocks = 1 + seed * 3;
            int columns = candidate.dtype().blockElements() * blocks;
            var encoded = new RandomRows(seed).bytes(3 * candidate.dtype().blockBytes() * blocks);
            assertThat(sameNaN(decode(candidate.codec(), encoded, columns)))
                    .as("seed %d", seed)
                    .isEqualTo(sameNaN(decode(java, encoded, columns)));
        }
    }

    @ParameterizedTest
    @MethodSource("allCodecs")
    void theSizeOfOneCallDoesNotMatter(Candidate candidate) {
        int columns = Math.max(32, candidate.dtype().blockElements()) * 3;
        var values = new RandomRows(7).values(37, columns);
        var codec = candidate.codec();
        var together = encode(codec, bytes(values), columns, Optional.empty());
        int rowBytes = together.length / 37;
        for (int row = 0; row < 37; row++) {
            var one = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
            assertThat(encode(codec, bytes(one), columns, Optional.empty()))
                    .as("row %d", row)
                    .isEqualTo(Arrays.copyOfRange(together, row * rowBytes, (row + 1) * rowBytes));
        }
    }

    private static void assertSameRows(
            Candidate candidate, GoldenRows golden, byte[] actual, byte[] expected)
            throws IOException {
        assertThat(actual).hasSameSizeAs(expected);
        int difference = Arrays.mismatch(withX86NaNs(actual, expected), expected);
        if (difference >= 0) {
            long rowBytes = candidate.dtype().bytes(golden.columns());
            fail(
                    "%s, %s: row '%s' differs at byte %d of the row",
                    candidate,
                    golden,
                    golden.rowName(difference / rowBytes),
                    difference % rowBytes);
        }
    }

    /// Where a scale overflows, the golden rows hold negative NaNs, as x86 makes them. Other
    /// processors make positive ones; such tensors are refused after encoding anyway.
    private static byte[] withX86NaNs(byte[] actual, byte[] expected) {
        if (System.getProperty("os.arch").equals("amd64")) {
            return actual;
        }
        var bytes = actual.clone();
        for (int i = 1; i < bytes.length; i++) {
            if (bytes[i - 1] == 0 && bytes[i] == 0x7E && expected[i] == (byte) 0xFE) {
                bytes[i] = (byte) 0xFE;
            }
        }
        return bytes;
    }

    private static byte[] encode(
            Codec codec, byte[] values, int columns, Optional<byte[]> importance) {
        try (var arena = Arena.ofConfined()) {
            long rows = values.length / Float.BYTES / columns;
            var in = Buffer.of(arena, values);
            var weights = importance.map(bytes -> Buffer.of(arena, bytes));
            var out = new Buffer(arena, rows * codec.dtype().bytes(columns));
            Optional<MemorySegment> segment = weights.map(Buffer::segment);
            codec.encode(in.segment(), out.segment(), rows, columns, segment);
            out.assertFenceIntact();
            assertThat(in.bytes()).isEqualTo(values);
            KernelVectors.encoded(codec, rows, columns, values, importance, out.bytes());
            return out.bytes();
        }
    }

    private static byte[] decode(Codec codec, byte[] encoded, int columns) {
        try (var arena = Arena.ofConfined()) {
            long rows = encoded.length / codec.dtype().bytes(columns);
            var in = Buffer.of(arena, encoded);
            var out = new Buffer(arena, rows * columns * Float.BYTES);
            codec.decode(in.segment(), out.segment(), rows, columns);
            out.assertFenceIntact();
            assertThat(in.bytes()).isEqualTo(encoded);
            KernelVectors.decoded(codec, rows, columns, encoded, out.bytes());
            return out.bytes();
        }
    }

    private static byte[] bytes(float[] values) {
        return MemorySegment.ofArray(values).toArray(Layouts.BYTE);
    }

    /// Which NaN comes out of arithmetic on NaNs is nobody's promise.
    private static int[] sameNaN(byte[] floats) {
        var bits = MemorySegment.ofArray(floats).toArray(Layouts.INT);
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.isNaN(Float.intBitsToFloat(bits[i])) ? 0x7FC0_0000 : bits[i];
        }
        return bits;
    }
}
