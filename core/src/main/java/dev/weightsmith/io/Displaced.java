package dev.weightsmith.io;

import java.util.List;

/// Files that give way to an output, by their names in its folder.
///
/// @param replaced get other bytes
/// @param removed have no successor
public record Displaced(List<String> replaced, List<String> removed) {
    public Displaced {
        replaced = List.copyOf(replaced);
        removed = List.copyOf(removed);
    }

    public static Displaced none() {
        return new Displaced(List.of(), List.of());
    }
}
