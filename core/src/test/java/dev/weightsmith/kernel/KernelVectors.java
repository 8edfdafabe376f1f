package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Keeps what the contract tests ask of Java's kernels, and what those answer, in
/// `target/kernel-vectors.bin`.
///
/// `src/main/c/check_kernels.c`, which says what the file looks like, asks the same of C kernels
/// where no Java runs them: under sanitizers, of another processor.
final class KernelVectors {
    private static final int NAME_BYTES = 24;
    private static final int NUMBER_BYTES = 36;
    private static final byte[] NOTHING = {};

    private static final KernelVectors ALL = new KernelVectors();

    private final Path file =
            Path.of(System.getProperty("basedir", "."), "target", "kernel-vectors.bin");

    /// Tests ask Java again for every set of kernels.
    private final Set<Integer> written = new HashSet<>();

    private KernelVectors() {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, Arrays.copyOf(ascii("ws-kernels-1\n"), 16));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void encoded(
            Codec codec,
            long rows,
            int columns,
            byte[] values,
            Optional<byte[]> importance,
            byte[] encoded) {
        if (isInCToo(codec)) {
            String kernel = "encode_" + name(codec.dtype());
            byte[] weights = importance.orElse(NOTHING);
            ALL.add(kernel, rows, columns, 0, 0, values, weights, NOTHING, encoded);
        }
    }

    static void decoded(Codec codec, long rows, int columns, byte[] encoded, byte[] values) {
        if (isInCToo(codec)) {
            String kernel = "decode_" + name(codec.dtype());
            ALL.add(kernel, rows, columns, 0, 0, encoded, NOTHING, NOTHING, values);
        }
    }

    static void folded(
            DType dtype,
            int rows,
            int columns,
            byte[] weights,
            byte[] a,
            byte[] b,
            int rank,
            float scale,
            byte[] folded) {
        String kernel = "fold_lora_" + name(dtype);
        ALL.add(kernel, rows, columns, rank, scale, weights, a, b, folded);
    }

    /// Java's answers are the ones that count; F32 and F64 are Java's alone.
    private static boolean isInCToo(Codec codec) {
        return !(codec instanceof NativeCodec)
                && codec.dtype() != DType.F32
                && codec.dtype() != DType.F64;
    }

    /// @param buffers three inputs and the output
    private void add(
            String kernel, long rows, int columns, int rank, float scale, byte[]... buffers) {
        int size = NUMBER_BYTES + Stream.of(buffers).mapToInt(bytes -> bytes.length).sum();
        var call =
                ByteBuffer.allocate(NAME_BYTES + size)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(Arrays.copyOf(ascii(kernel), NAME_BYTES))
                        .putLong(rows)
                        .putInt(columns)
                        .putInt(rank)
                        .putFloat(scale);
        for (byte[] bytes : buffers) {
            call.putInt(bytes.length);
        }
        for (byte[] bytes : buffers) {
            call.put(bytes);
        }
        if (written.add(Arrays.hashCode(call.array()))) {
            try {
                Files.write(file, call.array(), StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String name(DType dtype) {
        return dtype.name().toLowerCase(Locale.ROOT);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
