package dev.weightsmith.format.gguf;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// The name of one file of a split model, `{stem}-{i:05d}-of-{n:05d}.gguf`.
///
/// @param number from 1
record GgufPartName(String stem, int number, int count) {
    private static final Pattern FORM = Pattern.compile("(?s)(.*)-([0-9]{5})-of-([0-9]{5})\\.gguf");

    static Optional<GgufPartName> parse(Path path) {
        var name = path.getFileName();
        var match = FORM.matcher(name == null ? "" : name.toString());
        return match.matches()
                ? Optional.of(
                        new GgufPartName(
                                match.group(1),
                                Integer.parseInt(match.group(2)),
                                Integer.parseInt(match.group(3))))
                : Optional.empty();
    }

    GgufPartName withNumber(int other) {
        return new GgufPartName(stem, other, count);
    }

    /// Digits are written by hand: formatting would use those of the user's language.
    @Override
    public String toString() {
        return stem + "-" + fiveDigits(number) + "-of-" + fiveDigits(count) + ".gguf";
    }

    private static String fiveDigits(int value) {
        String digits = Integer.toString(value);
        return "0".repeat(Math.max(0, 5 - digits.length())) + digits;
    }
}
