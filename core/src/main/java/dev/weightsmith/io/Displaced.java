package dev.weightsmith.io;

import java.util.List;
import java.util.stream.Stream;

/// Files that give way to an output, by their names in its folder.
///
/// @param replaced get other bytes
/// @param removed have no successor
public record Displaced(List<String> replaced, List<String> removed) {
    public Displaced {
        replaced = List.copyOf(replaced);
        removed = List.copyOf(removed);
    }

    /// These and others.
    public Displaced and(Displaced more) {
        return new Displaced(
                Stream.concat(replaced.stream(), more.replaced.stream()).toList(),
                Stream.concat(removed.stream(), more.removed.stream()).toList());
    }

    /// Whether no file has come to these that would have no successor.
    boolean covers(Displaced later) {
        return later.removed.stream()
                .allMatch(name -> replaced.contains(name) || removed.contains(name));
    }

    public static Displaced none() {
        return new Displaced(List.of(), List.of());
    }
}
