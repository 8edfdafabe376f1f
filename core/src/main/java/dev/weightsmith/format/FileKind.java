package dev.weightsmith.format;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.io.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/// What a file is, told from its first bytes and never from its name.
enum FileKind {
    GGUF,
    SAFETENSORS,
    /// A zip file, as PyTorch writes since version 1.6.
    ZIP,
    /// Pickles and raw storages one after another, as PyTorch wrote before.
    PICKLED_TORCH,
    JSON;

    private static final int LOOK = 512;

    /// PyTorch's legacy magic number 0x1950a86a20f9469cfc6c as a pickle holds it.
    private static final String TORCH_MAGIC = "8a0a6cfc9c46f9206aa85019";

    /// @throws FileException naming what the file is instead, where it holds no weights
    static FileKind of(ByteSource file) throws IOException {
        if (file.size() == 0) {
            throw other(file, "is empty", "copy or download it again");
        }
        byte[] head = file.bytes(0, (int) Math.min(LOOK, file.size()));
        String hex = HexFormat.of().formatHex(head);
        if (GgufFile.recognises(file)) {
            return GGUF;
        }
        if (hex.startsWith("504b0304")) {
            return ZIP;
        }
        if (hex.startsWith("80") && hex.lastIndexOf(TORCH_MAGIC, 64) >= 0) {
            return PICKLED_TORCH;
        }
        // Any bytes can be a length, so that of a sound file comes first and a doubtful one last.
        if (isSafetensors(file, head)) {
            return SAFETENSORS;
        }
        requireNoOther(file, head, hex);
        if (isDamagedSafetensors(file, head)) {
            return SAFETENSORS;
        }
        String text = text(head);
        if (text.startsWith("{") || text.startsWith("[")) {
            return JSON;
        }
        throw other(
                file,
                "holds no weights in a format that is known: it begins with bytes "
                        + HexFormat.ofDelimiter(" ")
                                .formatHex(Arrays.copyOf(head, Math.min(8, head.length))),
                "safetensors, PyTorch and GGUF files are read");
    }

    /// Eight bytes of length, for which the file has room, then a brace.
    private static boolean isSafetensors(ByteSource file, byte[] head) {
        return head.length > 8 && head[8] == '{' && hasRoom(file, length(head));
    }

    /// A cut file has no room, a header with spaces before it no brace; its reader says so.
    private static boolean isDamagedSafetensors(ByteSource file, byte[] head) {
        if (head.length < 9) {
            return false;
        }
        long length = length(head);
        boolean isLength = length > 0 && length < 1L << 40;
        return (head[8] == '{' && isLength) || hasRoom(file, length);
    }

    private static boolean hasRoom(ByteSource file, long length) {
        return length > 0 && length <= file.size() - 8;
    }

    private static long length(byte[] head) {
        return ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private static void requireNoOther(ByteSource file, byte[] head, String hex)
            throws FileException {
        String text = text(head);
        if (text.startsWith("version https://git-lfs.github.com")) {
            throw other(
                    file,
                    "is a Git LFS pointer, not the weights it stands for",
                    "run 'git lfs pull' in its folder, or download the file itself");
        }
        if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml")) {
            throw other(
                    file,
                    "is a web page, not weights",
                    "the download went wrong: it may need a login or another address");
        }
        requireNoArchive(file, hex);
        if (hex.startsWith("934e554d5059")) {
            throw other(file, "is a NumPy array, not a model", "give the model it belongs to");
        }
        if (hex.startsWith("894844460d0a1a0a")) {
            throw unsupported(file, "is an HDF5 file", "save the model as safetensors");
        }
        if (isOnnx(hex)) {
            throw unsupported(file, "seems to be an ONNX model", "give the model it came from");
        }
        if (text.startsWith("lmgg") || text.startsWith("fmgg") || text.startsWith("tjgg")) {
            throw unsupported(
                    file, "is a ggml file from before GGUF", "convert the original model again");
        }
        if (isPickle(head)) {
            throw unsupported(
                    file,
                    "is a Python pickle, but not one that torch.save writes",
                    "pickles are programs: only PyTorch's own form is read, and never run");
        }
    }

    private static void requireNoArchive(ByteSource file, String hex) throws FileException {
        String kind = "";
        if (hex.startsWith("1f8b")) {
            kind = "gzip";
        } else if (hex.startsWith("377abcaf271c")) {
            kind = "7z";
        } else if (hex.startsWith("526172211a07")) {
            kind = "rar";
        } else if (hex.startsWith("fd377a585a00")) {
            kind = "xz";
        } else if (hex.startsWith("28b52ffd")) {
            kind = "zstd";
        } else if (hex.startsWith("425a68")) {
            kind = "bzip2";
        }
        if (!kind.isEmpty()) {
            throw other(file, "is a %s archive, not weights".formatted(kind), "unpack it first");
        }
        // "ustar" at byte 257; PyTorch before 0.2 wrote tar files too.
        if (hex.startsWith("7573746172", 2 * 257)) {
            throw unsupported(
                    file,
                    "is a tar archive",
                    "unpack it first, or save it again with a newer PyTorch if it wrote it");
        }
    }

    /// A pickle of protocol 2 or newer says so and ends with a stop, or begins a frame.
    private static boolean isPickle(byte[] head) {
        return head.length > 2 && head[0] == (byte) 0x80 && head[1] >= 2 && head[1] <= 5;
    }

    /// Protobuf fields 1 (a small version number) and 2 (the producer's name).
    private static boolean isOnnx(String hex) {
        return hex.startsWith("08") && hex.startsWith("12", 4) && hex.startsWith("0", 2);
    }

    private static String text(byte[] head) {
        return new String(head, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
    }

    private static FileException other(ByteSource file, String message, String hint) {
        return new FileException(
                Problem.of(ErrorKind.MALFORMED, file.path(), message).withHint(hint));
    }

    private static FileException unsupported(ByteSource file, String message, String hint) {
        return new FileException(
                Problem.of(ErrorKind.UNSUPPORTED, file.path(), message).withHint(hint));
    }
}
