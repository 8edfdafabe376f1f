package dev.weightsmith.merge;

import dev.weightsmith.format.torch.TorchFile;
import dev.weightsmith.io.InputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What a file probably is, told from how it begins: which reader to ask first.
enum FileStart {
    TORCH,
    /// A zip that does not begin as PyTorch's do.
    ZIP,
    TAR,
    GZIP,
    JSON,
    SENTENCE_PIECE,
    /// Weights, or nothing that is known; the readers of weights tell which.
    OTHER;

    private static final int TAR_BLOCK = 512;
    private static final int TAR_MAGIC = 257;
    private static final int SAFETENSORS_BRACE = 8;

    static FileStart of(InputFile file) throws IOException {
        byte[] bytes = file.bytes(0, (int) Math.min(TAR_BLOCK, file.size()));
        String start = new String(bytes, StandardCharsets.ISO_8859_1);
        if (TorchFile.recognises(file)) {
            return TORCH;
        }
        if (start.startsWith("PK\u0003\u0004")) {
            return ZIP;
        }
        if (start.startsWith("\u001f\u008b")) {
            return GZIP;
        }
        if (start.startsWith("ustar", TAR_MAGIC)) {
            return TAR;
        }
        if (start.stripLeading().startsWith("{")) {
            return JSON;
        }
        // A piece, field 1, comes first. A header of safetensors may have such a length.
        return start.startsWith("\n") && !start.startsWith("{", SAFETENSORS_BRACE)
                ? SENTENCE_PIECE
                : OTHER;
    }
}
