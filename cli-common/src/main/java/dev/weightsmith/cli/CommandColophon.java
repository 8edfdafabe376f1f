package dev.weightsmith.cli;

import dev.weightsmith.report.Colophon;
import dev.weightsmith.report.FileNames;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// The foot of a page that a command writes: the command line as it was typed, but without folders
/// of this machine; the program's version; and the day.
///
/// The day is that of `SOURCE_DATE_EPOCH` where that is set, so that a page can be made again byte
/// for byte.
final class CommandColophon {
    private static final String EPOCH = "SOURCE_DATE_EPOCH";

    /// The last second of the year 9999.
    private static final long LATEST = 253_402_300_799L;

    /// What may stand before a path in a word: `--out=`, `-o`.
    private static final Pattern OPTION = Pattern.compile("(--?[^=]*=|-[^-]|)(.*)", Pattern.DOTALL);

    /// What a shell takes as it is.
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}@%+=:,./_-]+");

    private CommandColophon() {}

    /// @throws ParameterException if `SOURCE_DATE_EPOCH` is no number of seconds
    static Colophon of(CommandSpec command, Map<String, String> environment, InstantSource clock) {
        String[] version = command.root().version();
        return new Colophon(
                line(command),
                version.length > 0 ? version[0] : command.root().name(),
                LocalDate.ofInstant(instant(command, environment, clock), ZoneOffset.UTC));
    }

    private static Instant instant(
            CommandSpec command, Map<String, String> environment, InstantSource clock) {
        String seconds = environment.get(EPOCH);
        if (seconds == null || seconds.isEmpty()) {
            return clock.instant();
        }
        if (seconds.matches("[0-9]{1,12}") && Long.parseLong(seconds) <= LATEST) {
            return Instant.ofEpochSecond(Long.parseLong(seconds));
        }
        throw new ParameterException(
                command.commandLine(),
                "variable %s is '%s', expected seconds since 1970".formatted(EPOCH, seconds));
    }

    private static String line(CommandSpec command) {
        List<String> words = command.root().commandLine().getParseResult().originalArgs();
        List<Path> paths =
                words.stream().map(CommandColophon::absolute).flatMap(Optional::stream).toList();
        List<String> names = new ArrayList<>(FileNames.of(paths));
        var line = new StringBuilder(command.root().name());
        for (String word : words) {
            boolean known = absolute(word).isPresent();
            line.append(' ')
                    .append(quoted(known ? option(word).group(1) + names.removeFirst() : word));
        }
        return line.toString();
    }

    /// The absolute path in a word, if there is one.
    private static Optional<Path> absolute(String word) {
        try {
            return Optional.of(Path.of(option(word).group(2))).filter(Path::isAbsolute);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Matcher option(String word) {
        Matcher matcher = OPTION.matcher(word);
        if (!matcher.matches()) {
            throw new AssertionError(word);
        }
        return matcher;
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
