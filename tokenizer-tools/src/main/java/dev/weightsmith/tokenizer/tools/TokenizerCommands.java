package dev.weightsmith.tokenizer.tools;

import java.util.List;

/// The command of this module, for the program that holds it.
public final class TokenizerCommands {
    private TokenizerCommands() {}

    /// Command objects for picocli.
    public static List<Object> all() {
        return List.of(new TokenizerCommand());
    }
}
