package dev.weightsmith.cli;

import dev.weightsmith.error.FileException;
import dev.weightsmith.io.Displaced;
import java.io.IOException;
import java.util.Optional;

/// What would give way to a job's outputs, for a report that is worth seeing even where something
/// may not.
///
/// @param conflict why the plan cannot be carried out
public record Going(Displaced displaced, Optional<FileException> conflict) {
    /// Finds out what gives way.
    public interface Question {
        /// @throws FileException if something does that may not
        Displaced ask() throws IOException;
    }

    public static Going of(Question question) throws IOException {
        try {
            return new Going(question.ask(), Optional.empty());
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
