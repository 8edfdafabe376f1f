package dev.weightsmith.digest;

import dev.weightsmith.error.FileException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Understands the lines of a check file, one after another.
final class DigestLines {
    /// `SHA256 (name) = digest`, also as OpenSSL spaces it. The last `)` ends the name.
    private static final Pattern TAGGED =
            Pattern.compile("([A-Z][A-Za-z0-9-]{1,15}) ?\\((.*)\\) ?= ?([0-9A-Fa-f]+)");

    private static final Pattern UNTAGGED = Pattern.compile("([0-9A-Fa-f]*)(.*)", Pattern.DOTALL);

    private static final Map<Integer, String> OTHER_LENGTHS =
            Map.of(32, "MD5", 40, "SHA-1", 56, "SHA-224", 96, "SHA-384", 128, "SHA-512");

    /// Whether names follow one space or two characters: the first line that can tell does.
    private enum Columns {
        UNDECIDED,
        /// Two spaces, or a space and `*` for files that were read as binary.
        TWO,
        /// The reversed form of BSD's tools.
        ONE
    }

    /// Why a line is none.
    private static final class NotUnderstood extends Exception {
        private static final long serialVersionUID = 1;

        NotUnderstood(String message) {
            super(message);
        }
    }

    private final List<DigestList.Entry> entries = new ArrayList<>();
    private final List<DigestList.Malformed> malformed = new ArrayList<>();
    private Columns columns = Columns.UNDECIDED;
    private String otherAlgorithm = "";

    /// Takes in the bytes of one line, without its line feed.
    void add(long line, byte[] bytes, int start, int end) {
        try {
            String text = text(bytes, start, end);
            if (!text.isBlank() && !text.startsWith("#")) {
                entries.add(entry(line, text));
            }
        } catch (NotUnderstood e) {
            malformed.add(new DigestList.Malformed(line, String.valueOf(e.getMessage())));
        }
    }

    /// Everything that was taken in.
    ///
    /// @throws FileException if no line was an entry
    DigestList list(Path path) throws FileException {
        if (entries.isEmpty() && !otherAlgorithm.isEmpty()) {
            throw FileException.unsupported(
                    path, "is a list of %s digests, expected SHA-256".formatted(otherAlgorithm));
        }
        if (entries.isEmpty()) {
            throw FileException.malformed(
                    path,
                    "holds no line with a digest and a name"
                            + (malformed.isEmpty() ? "" : ": " + malformed.getFirst()));
        }
        return new DigestList(path, entries, malformed);
    }

    private static String text(byte[] bytes, int start, int end) throws NotUnderstood {
        int last = end > start && bytes[end - 1] == '\r' ? end - 1 : end;
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, last - start))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new NotUnderstood("is not valid UTF-8");
        }
    }

    private DigestList.Entry entry(long line, String text) throws NotUnderstood {
        int begin = 0;
        while (text.charAt(begin) == ' ' || text.charAt(begin) == '\t') {
            begin++;
        }
        boolean escaped = text.charAt(begin) == '\\';
        String rest = text.substring(escaped ? begin + 1 : begin);
        Matcher tagged = TAGGED.matcher(rest);
        String digits;
        String name;
        if (tagged.matches()) {
            digits = tagged.group(3);
            name = tagged.group(2);
            requireSha256(tagged.group(1));
        } else {
            Matcher untagged = UNTAGGED.matcher(rest);
            if (!untagged.matches()) {
                throw new NotUnderstood("is no digest and name");
            }
            digits = untagged.group(1);
            requireSpace(digits, untagged.group(2));
            name = name(untagged.group(2).substring(1), digits);
        }
        if (digits.length() != Digest.DIGITS) {
            throw wrongLength(digits);
        }
        return new DigestList.Entry(line, Digest.parse(digits), checked(name, escaped));
    }

    private void requireSha256(String tag) throws NotUnderstood {
        String plain = tag.toUpperCase(Locale.ROOT).replace("-", "");
        if (!plain.equals("SHA256") && !plain.equals("SHA2256")) {
            throw other(tag);
        }
    }

    private void requireSpace(String digits, String rest) throws NotUnderstood {
        if (digits.isEmpty()) {
            throw new NotUnderstood("does not begin with a digest");
        }
        if (rest.isEmpty()) {
            throw digits.length() == Digest.DIGITS
                    ? new NotUnderstood("names no file")
                    : wrongLength(digits);
        }
        if (rest.charAt(0) != ' ' && rest.charAt(0) != '\t') {
            throw new NotUnderstood(
                    "has something other than a space behind %d hexadecimal digits"
                            .formatted(digits.length()));
        }
    }

    /// The name in what follows the digest and one space.
    private String name(String rest, String digits) throws NotUnderstood {
        if (digits.length() != Digest.DIGITS) {
            throw wrongLength(digits);
        }
        if (rest.isEmpty() || rest.equals(" ") || rest.equals("*")) {
            throw new NotUnderstood("names no file");
        }
        boolean marked = rest.charAt(0) == ' ' || rest.charAt(0) == '*';
        if (columns == Columns.UNDECIDED) {
            columns = marked ? Columns.TWO : Columns.ONE;
        }
        if (columns == Columns.ONE) {
            return rest;
        }
        if (!marked) {
            throw new NotUnderstood("has one space before the name, expected two");
        }
        return rest.substring(1);
    }

    private NotUnderstood wrongLength(String digits) {
        String algorithm = OTHER_LENGTHS.get(digits.length());
        return algorithm == null
                ? new NotUnderstood(
                        "has a digest of %d digits, expected %d"
                                .formatted(digits.length(), Digest.DIGITS))
                : other(algorithm);
    }

    private NotUnderstood other(String algorithm) {
        if (otherAlgorithm.isEmpty()) {
            otherAlgorithm = algorithm;
        }
        return new NotUnderstood("is of %s, expected SHA-256".formatted(algorithm));
    }

    private static String checked(String name, boolean escaped) throws NotUnderstood {
        String meant = escaped ? unescaped(name) : name;
        if (meant.isEmpty()) {
            throw new NotUnderstood("names no file");
        }
        if (meant.indexOf('\0') >= 0) {
            throw new NotUnderstood("has a NUL in the name");
        }
        return meant;
    }

    private static String unescaped(String name) throws NotUnderstood {
        var meant = new StringBuilder();
        boolean escape = false;
        for (int i = 0; i < name.length(); i++) {
            char character = name.charAt(i);
            if (escape) {
                meant.append(
                        switch (character) {
                            case '\\' -> '\\';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            default -> throw strayBackslash();
                        });
                escape = false;
            } else if (character == '\\') {
                escape = true;
            } else {
                meant.append(character);
            }
        }
        if (escape) {
            throw strayBackslash();
        }
        return meant.toString();
    }

    private static NotUnderstood strayBackslash() {
        return new NotUnderstood("has a backslash in the name that stands for nothing");
    }
}
