package dev.weightsmith.tokenizer.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.cli.CommandRunner;
import dev.weightsmith.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import picocli.CommandLine;

/// Runs `tokenizer …` command lines and keeps what they print.
final class Commands {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    int run(Object... arguments) {
        var commands = new CommandLine(new TokenizerCommand());
        commands.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        String[] texts = new String[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            texts[i] = arguments[i].toString();
        }
        return new CommandRunner(commands, new Terminal(false, false, 80, false)).run(texts);
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    /// A file beside this class.
    static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(Commands.class.getResource(name)).toURI());
    }
}
