package dev.weightsmith.io;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The digests of an output in the two-column form of `sha256sum`: `SHA256SUMS` in a folder,
/// `NAME.sha256` beside a file.
///
/// Lists that others wrote are read too, in all forms that `sha256sum` and BSD's tools write, and
/// keep their bytes where they name other files.
///
/// @param lines those that name a file and, kept as they are, those that do not
public record Sums(List<Line> lines) {
    /// What the list is called in a folder.
    public static final String NAME = "SHA256SUMS";

    /// Far above any list that was ever written.
    private static final int LARGEST = 16 << 20;

    /// Names are in UTF-8 as a rule, but are bytes to the system: text here is one character a
    /// byte.
    private static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private static final String BYTE_ORDER_MARK = bytes("\uFEFF");

    private static final Pattern LINE =
            Pattern.compile(
                    "\\s*(\\\\?)([0-9a-fA-F]{64})[ \\t][ *]?(?:\\./)?([^\0]+)", Pattern.DOTALL);

    /// As BSD's and OpenSSL's tools write it.
    private static final Pattern TAGGED =
            Pattern.compile(
                    "\\s*(\\\\?)SHA(?:2-)?256 ?\\((?:\\./)?([^\0]+)\\) ?= ?([0-9a-fA-F]{64})",
                    Pattern.DOTALL);

    /// A line without its end.
    ///
    /// @param text one character a byte
    /// @param name the file it names; empty for a line that names none
    /// @param digest 64 lower-case hexadecimal digits, or nothing where no file is named
    record Line(String text, String name, String digest) {
        static Line parse(String text) {
            Matcher line = LINE.matcher(text);
            if (line.matches()) {
                return of(text, line.group(1), line.group(3), line.group(2));
            }
            Matcher tagged = TAGGED.matcher(text);
            return tagged.matches()
                    ? of(text, tagged.group(1), tagged.group(2), tagged.group(3))
                    : new Line(text, "", "");
        }

        private static Line of(String text, String escape, String name, String digest) {
            String meant = new String(name.getBytes(BYTES), StandardCharsets.UTF_8);
            return new Line(
                    text,
                    escape.isEmpty() ? meant : unescaped(meant),
                    digest.toLowerCase(Locale.ROOT));
        }

        private static String unescaped(String name) {
            var out = new StringBuilder();
            for (int i = 0; i < name.length(); i++) {
                char next = name.charAt(i);
                if (next == '\\' && i + 1 < name.length()) {
                    next =
                            switch (name.charAt(++i)) {
                                case 'n' -> '\n';
                                case 'r' -> '\r';
                                default -> name.charAt(i);
                            };
                }
                out.append(next);
            }
            return out.toString();
        }
    }

    public Sums {
        lines = List.copyOf(lines);
    }

    /// A list of these digests, in the order of the names.
    ///
    /// @param digests by name
    public static Sums of(Map<String, String> digests) {
        return new Sums(List.of()).with(digests);
    }

    /// The list in a file; empty where there is none, or the file cannot be one.
    static Optional<Sums> read(Path list) throws IOException {
        if (!Files.isRegularFile(list, LinkOption.NOFOLLOW_LINKS) || Files.size(list) > LARGEST) {
            return Optional.empty();
        }
        String text = new String(Files.readAllBytes(list), BYTES);
        int start = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length() : 0;
        return Optional.of(
                new Sums(
                        text.substring(start)
                                .lines()
                                .filter(line -> !line.isEmpty())
                                .map(Line::parse)
                                .toList()));
    }

    /// A text as its bytes in UTF-8, one character each.
    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), BYTES);
    }

    /// The list beside a single file.
    public static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".sha256");
    }

    /// This list, with other digests of these files or with lines of their own for them.
    Sums with(Map<String, String> digests) {
        var all = new ArrayList<Line>();
        lines.stream().filter(line -> !digests.containsKey(line.name)).forEach(all::add);
        digests.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(file ->
                        new Line(
                                bytes(line(file.getValue(), file.getKey())),
                                file.getKey(),
                                file.getValue()))
                .forEach(all::add);
        return new Sums(all);
    }

    Optional<String> digest(String name) {
        return lines.stream()
                .filter(line -> !line.name.isEmpty() && line.name.equals(name))
                .map(Line::digest)
                .reduce((_, last) -> last);
    }

    boolean namesOneOf(Collection<String> names) {
        return lines.stream().anyMatch(line -> names.contains(line.name));
    }

    byte[] bytes() {
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line.text).append('\n'));
        return text.toString().getBytes(BYTES);
    }

    /// A name with a line break or backslash is escaped, which a leading backslash tells.
    ///
    /// @return the line without its end
    public static String line(String digest, String name) {
        String escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        return (escaped.equals(name) ? "" : "\\") + digest + "  " + escaped;
    }

    /// What a file is now: 64 hexadecimal digits.
    public static String digestOf(Path file) throws IOException {
        try (var input = InputFile.open(file)) {
            return input.sha256(0, input.size());
        }
    }

    /// The digest of some bytes: 64 hexadecimal digits.
    public static String digestOf(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java has SHA-256", e);
        }
    }
}
