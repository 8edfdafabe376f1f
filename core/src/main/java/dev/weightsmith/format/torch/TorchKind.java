package dev.weightsmith.format.torch;

import dev.weightsmith.io.ByteSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// What a file is by its first bytes.
enum TorchKind {
    /// A zip whose first member is one of PyTorch's.
    ZIP,
    OTHER_ZIP,
    /// A pickle of PyTorch's magic number.
    LEGACY,
    OTHER_PICKLE,
    TAR,
    UNKNOWN;

    private static final int SNIFFED = 512;
    private static final byte[] ZIP_START = {'P', 'K', 3, 4};
    private static final byte[] MAGIC = HexFormat.of().parseHex("8a0a6cfc9c46f9206aa85019");
    private static final Pattern MEMBER =
            Pattern.compile(
                    "[^/]+/(data\\.pkl|constants\\.pkl|version|byteorder|\\.format_version"
                            + "|\\.storage_alignment|\\.data/.*|data/.*|code/.*)",
                    Pattern.DOTALL);

    static TorchKind of(ByteSource file) throws IOException {
        byte[] start = file.bytes(0, (int) Math.min(SNIFFED, file.size()));
        if (startsWith(start, 0, ZIP_START)) {
            return MEMBER.matcher(firstName(start)).matches() ? ZIP : OTHER_ZIP;
        }
        if (start.length >= 2 && start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5) {
            // From protocol 4 on, a frame header of nine bytes may stand before it.
            return startsWith(start, 2, MAGIC) || startsWith(start, 11, MAGIC)
                    ? LEGACY
                    : OTHER_PICKLE;
        }
        return startsWith(start, 257, "ustar".getBytes(StandardCharsets.US_ASCII)) ? TAR : UNKNOWN;
    }

    /// What an unknown file probably is, for the message.
    static String guess(ByteSource file) throws IOException {
        byte[] start = file.bytes(0, (int) Math.min(SNIFFED, file.size()));
        if (start.length == 0) {
            return "empty";
        }
        if (startsWith(start, 0, new byte[] {0x1f, (byte) 0x8b})) {
            return "gzip";
        }
        if (startsWith(start, 0, new byte[] {'7', 'z', (byte) 0xbc, (byte) 0xaf})) {
            return "a 7z archive";
        }
        if (startsWith(start, 0, new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z'})) {
            return "xz";
        }
        String text = new String(start, StandardCharsets.ISO_8859_1).stripLeading();
        if (text.startsWith("Rar!")) {
            return "a rar archive";
        }
        if (text.startsWith("version https://git-lfs")) {
            return "a Git LFS pointer without the file it points to";
        }
        if (text.startsWith("<")) {
            return "a web page";
        }
        return text.startsWith("GGUF") ? "GGUF" : "of an unknown format";
    }

    private static String firstName(byte[] start) {
        if (start.length < 30) {
            return "";
        }
        int length = Byte.toUnsignedInt(start[26]) | Byte.toUnsignedInt(start[27]) << 8;
        int end = Math.min(start.length, 30 + length);
        return new String(start, 30, end - 30, StandardCharsets.UTF_8);
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] prefix) {
        return bytes.length >= at + prefix.length
                && Arrays.equals(bytes, at, at + prefix.length, prefix, 0, prefix.length);
    }
}
