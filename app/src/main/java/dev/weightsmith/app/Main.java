package dev.weightsmith.app;

import dev.weightsmith.cli.StandardOutput;
import dev.weightsmith.cli.Terminal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Where the process begins and ends.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Optional<String> refusal = JavaRequirement.refusal(Runtime.version());
        if (refusal.isPresent()) {
            err.println("weightsmith: error: " + refusal.get());
            System.exit(1);
        }
        System.exit(
                new Weightsmith(Terminal.ofProcess(), StandardOutput.printer(), err)
                        .run(arguments));
    }
}
