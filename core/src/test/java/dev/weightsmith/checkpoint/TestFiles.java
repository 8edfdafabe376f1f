package dev.weightsmith.checkpoint;

import dev.weightsmith.io.OutputFile;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Reads and writes whole tensors, as tests like them.
public final class TestFiles {
    private TestFiles() {}

    /// Gives the bytes of a tensor.
    @FunctionalInterface
    public interface Content {
        byte[] of(TensorInfo tensor) throws IOException;
    }

    public static Path write(Path path, byte[] bytes) throws IOException {
        return Files.write(path, bytes);
    }

    /// Writes a file of `layout` tensor by tensor.
    public static Path write(Path path, FileLayout layout, Content content) throws IOException {
        try (var file = OutputFile.create(path)) {
            var writer = layout.writer(file);
            for (var tensor : layout.tensors()) {
                writer.append(MemorySegment.ofArray(content.of(tensor)));
            }
            writer.finish();
        }
        return path;
    }

    /// Bytes that differ from tensor to tensor.
    public static byte[] pattern(TensorInfo tensor) {
        byte[] bytes = new byte[Math.toIntExact(tensor.bytes())];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (31 * i + tensor.name().hashCode());
        }
        return bytes;
    }

    public static byte[] bytes(Checkpoint checkpoint, TensorInfo tensor) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(tensor.bytes())];
        checkpoint.readRows(tensor, 0, tensor.rows(), MemorySegment.ofArray(bytes));
        return bytes;
    }

    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
