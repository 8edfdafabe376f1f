package dev.weightsmith.job;

import dev.weightsmith.digest.KnownFiles;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.model.DigestedAdapters;
import dev.weightsmith.model.FoldOptions;
import dev.weightsmith.model.Folded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A base with adapters folded in. A conversion is a merge without adapters.
///
/// @param base file or folder
/// @param adapters in the order in which they are folded
/// @param roundOnce whether deltas are added in float32 and rounded once at the end
public record Merging(Path base, List<Path> adapters, boolean roundOnce) implements Origin {
    public Merging {
        adapters = List.copyOf(adapters);
    }

    /// A model as it is.
    public static Merging nothing(Path model) {
        return new Merging(model, List.of(), false);
    }

    @Override
    public List<Path> inputs() {
        var inputs = new ArrayList<Path>();
        inputs.add(base);
        inputs.addAll(adapters);
        return inputs;
    }

    @Override
    public Opened open(Target target, boolean strict, Progress progress) throws IOException {
        Folded folded =
                Folded.open(
                        base,
                        adapters,
                        new FoldOptions(
                                roundOnce,
                                strict,
                                target.floatingType(),
                                new DigestedAdapters(KnownFiles.published(), progress)));
        return new Opened(
                folded.model(), name(target), folded.findings(), folded.unknownFiles(), folded);
    }

    /// What a base is called no longer fits once adapters are folded in; the output's name does.
    private Optional<String> name(Target target) {
        return target.modelName().isPresent() || adapters.isEmpty()
                ? target.modelName()
                : Optional.of(
                        String.valueOf(target.out().getFileName()).replaceFirst("\\.gguf$", ""));
    }
}
