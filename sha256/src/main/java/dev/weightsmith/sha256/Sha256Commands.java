package dev.weightsmith.sha256;

import java.util.List;

/// The commands of this module, for the program that holds them.
public final class Sha256Commands {
    private Sha256Commands() {}

    /// Command objects for picocli, in the order of an overview.
    public static List<Object> all() {
        return List.of(new Sha256Command());
    }
}
