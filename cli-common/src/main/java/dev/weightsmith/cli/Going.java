package dev.weightsmith.cli;

import dev.weightsmith.engine.Engine;
import dev.weightsmith.error.FileException;
import dev.weightsmith.io.Displaced;
import java.io.IOException;
import java.util.Optional;

/// What would give way to a plan's output, for a report that is worth seeing even where something
/// may not.
///
/// @param conflict why the plan cannot be carried out
public record Going(Displaced displaced, Optional<FileException> conflict) {
    public static Going of(Engine engine) throws IOException {
        try {
            return new Going(engine.displaced(), Optional.empty());
        } catch (FileException e) {
            return new Going(Displaced.none(), Optional.of(e));
        }
    }

    /// @throws FileException if the plan cannot be carried out
    public void require() throws FileException {
        if (conflict.isPresent()) {
            throw conflict.get();
        }
    }
}
