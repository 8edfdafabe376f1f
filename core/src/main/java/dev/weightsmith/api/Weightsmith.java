package dev.weightsmith.api;

import dev.weightsmith.job.Merging;
import dev.weightsmith.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The beginning of everything.
public final class Weightsmith {
    private Weightsmith() {}

    /// Opens a model to be looked at: a Hugging Face or Meta folder, a GGUF file, a single file of
    /// weights beside its `config.json`. Reads headers only. The caller closes it.
    ///
    /// @throws dev.weightsmith.error.FileException if it is malformed, or of a family that is not
    ///   supported
    public static OpenModel open(Path path) throws IOException {
        return new OpenModel(Model.open(path));
    }

    /// Folds adapters into a base, in the order given, and rounds after each of them as PEFT does.
    ///
    /// @param adapters folders as PEFT saves them, or archives of such
    public static Output merge(Path base, List<Path> adapters) {
        return new Output(new Merging(base, adapters, false));
    }

    /// Writes a model in another form or type.
    public static Output convert(Path model) {
        return new Output(Merging.nothing(model));
    }
}
