package dev.weightsmith.lora;

import dev.weightsmith.error.Printable;
import dev.weightsmith.pattern.StepBudget;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A key of `rank_pattern` or `alpha_pattern`, which matches a module's path where the regular
/// expression `(.*\.)?(KEY)$` does (docs/specs/adapters.md#configuration-keys).
///
/// The key comes from a file, so it is kept to the syntax that Python and Java read alike, and
/// matching spends steps of a budget: `(a+)+$` ends in an error, not in hours.
final class ModulePattern {
    private static final int LONGEST_KEY = 1024;
    private static final int LONGEST_PATH = 512;

    private final String key;
    private final boolean plain;
    private final Pattern pattern;

    private ModulePattern(String key, boolean plain, Pattern pattern) {
        this.key = key;
        this.plain = plain;
        this.pattern = pattern;
    }

    /// @throws IllegalArgumentException if the key is outside the common syntax
    static ModulePattern of(String key) {
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            throw new IllegalArgumentException(
                    "is %d characters long, expected 1 to %d".formatted(key.length(), LONGEST_KEY));
        }
        boolean plain = requireCommonSyntax(key);
        try {
            return new ModulePattern(key, plain, Pattern.compile("(.*\\.)?(" + key + ")$"));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("is not a regular expression", e);
        }
    }

    /// Whether the key matches the module's path.
    ///
    /// @throws StepBudget.Exhausted if telling would take too long
    boolean matches(String path, StepBudget budget) {
        if (plain) {
            return matchesEndOf(path);
        }
        if (path.length() > LONGEST_PATH) {
            throw new StepBudget.Exhausted();
        }
        return pattern.matcher(budget.meter(path)).lookingAt();
    }

    /// Plain keys have one length, so that they match the end of a path or not at all.
    private boolean matchesEndOf(String path) {
        int start = path.length() - key.length();
        if (start < 0 || (start > 0 && path.charAt(start - 1) != '.')) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) != '.' && key.charAt(i) != path.charAt(start + i)) {
                return false;
            }
        }
        return true;
    }

    /// @return whether the key is made of letters, digits, `_`, `-` and `.` alone
    private static boolean requireCommonSyntax(String key) {
        boolean plain = true;
        boolean inClass = false;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            switch (c) {
                case '\\' -> {
                    plain = false;
                    i++;
                    require(i < key.length() && "dw.|()*+?^$[]-\\".indexOf(key.charAt(i)) >= 0, c);
                }
                case '[' -> {
                    plain = false;
                    require(!inClass, c);
                    inClass = true;
                }
                case ']' -> {
                    plain = false;
                    inClass = false;
                }
                case '(' -> {
                    plain = false;
                    boolean extension = i + 1 < key.length() && key.charAt(i + 1) == '?';
                    require(!extension || key.startsWith("(?:", i), c);
                }
                case '*', '+', '?', '|', ')', '^', '$' -> {
                    plain = false;
                    // A second '+' is possessive in Java and an error in older Pythons.
                    require(c != '+' || i == 0 || "*+?".indexOf(key.charAt(i - 1)) < 0, c);
                }
                case '.', '_', '-' -> {}
                default ->
                        require(
                                (c >= '0' && c <= '9')
                                        || (c >= 'a' && c <= 'z')
                                        || (c >= 'A' && c <= 'Z'),
                                c);
            }
        }
        return plain;
    }

    private static void require(boolean common, char character) {
        if (!common) {
            throw new IllegalArgumentException(
                    "uses %s in a way that is not supported in module patterns"
                            .formatted(Printable.name(String.valueOf(character))));
        }
    }
}
