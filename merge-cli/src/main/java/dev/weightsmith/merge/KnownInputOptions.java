package dev.weightsmith.merge;

import picocli.CommandLine.Option;

/// What to do with inputs that are not what they are called.
final class KnownInputOptions {
    @Option(
            names = "--strict",
            description =
                    "Stop where a base or adapter is called like a published one but has another"
                            + " SHA-256, and where an adapter lacks the one that it stands on, as"
                            + " Chinese-Alpaca-Plus on plain LLaMA (default: warn).")
    private boolean strict;

    boolean strict() {
        return strict;
    }
}
