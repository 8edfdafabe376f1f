package dev.weightsmith.model;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Digests of tensors' bytes as they are stored.
final class Tensors {
    private Tensors() {}

    static SequencedMap<String, String> digests(Checkpoint checkpoint) throws IOException {
        var digests = new TreeMap<String, String>();
        for (TensorInfo tensor : checkpoint.tensors()) {
            digests.put(tensor.name(), digest(checkpoint, tensor));
        }
        checkpoint.verify();
        return digests;
    }

    static String digest(Checkpoint checkpoint, TensorInfo tensor) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(tensor.bytes())];
        checkpoint.readRows(tensor, 0, tensor.rows(), MemorySegment.ofArray(bytes));
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java has SHA-256", e);
        }
    }
}
