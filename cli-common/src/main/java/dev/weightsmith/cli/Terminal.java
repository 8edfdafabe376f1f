package dev.weightsmith.cli;

import java.util.List;
import java.util.Map;

/// What is known of the two output streams. The start script looks and says so in properties,
/// because Java itself can only tell whether all streams together are a terminal.
///
/// @param out whether standard output is a terminal
/// @param err whether standard error is one
/// @param columns its width
/// @param color whether colours are welcome there
public record Terminal(boolean out, boolean err, int columns, boolean color) {
    static final String STREAMS = "weightsmith.terminal";
    static final String COLUMNS = "weightsmith.columns";
    private static final int USUAL_COLUMNS = 80;

    /// This process's streams.
    public static Terminal ofProcess() {
        return of(
                System.getProperty(STREAMS, ""), System.getProperty(COLUMNS, ""), System.getenv());
    }

    /// @param streams `out`, `err` or both with a comma between: those that are terminals
    static Terminal of(String streams, String columns, Map<String, String> environment) {
        List<String> terminals = List.of(streams.split(","));
        boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
        // no-color.org: present and not empty
        boolean color = !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty();
        boolean known = columns.matches("[1-9][0-9]{0,3}");
        return new Terminal(
                terminals.contains("out"),
                terminals.contains("err") && !dumb,
                known ? Integer.parseInt(columns) : USUAL_COLUMNS,
                color);
    }

    /// The same without colours.
    public Terminal plain() {
        return new Terminal(out, err, columns, false);
    }
}
