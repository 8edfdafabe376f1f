package dev.weightsmith.job;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.Source;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.Formats;
import dev.weightsmith.plan.PlanFile;
import java.io.IOException;
import java.nio.file.Path;

/// A plan out of a file, to be carried out.
public final class StoredPlan {
    private StoredPlan() {}

    /// Reads a plan and opens its sources where they lay when it was made. The caller closes.
    ///
    /// @param target the file or folder to write
    /// @throws FileException if the file is no plan, was edited, or a source is not what it was
    public static Planned open(Path file, Path target) throws IOException {
        PlanFile stored = PlanFile.read(file, Formats::layout);
        Sources sources = Sources.none();
        try {
            for (PlanFile.Place place : stored.places()) {
                if (!sources.all().contains(place.source())) {
                    sources = sources.and(open(place));
                }
            }
            for (Source source : stored.plan().sources()) {
                if (!sources.all().contains(source)) {
                    throw FileException.malformed(
                            file,
                            "does not say where %s lies".formatted(Printable.name(source.name())));
                }
            }
            return Planned.of(stored.plan(), target, sources);
        } catch (IOException | RuntimeException e) {
            sources.close();
            throw e;
        }
    }

    private static Sources open(PlanFile.Place place) throws IOException {
        String name = place.source().name();
        Checkpoint checkpoint = Formats.open(place.path());
        try {
            Sources opened = Sources.of(name.substring(0, name.indexOf('/')), checkpoint);
            if (!opened.all().contains(place.source())) {
                throw new FileException(
                        Problem.of(
                                        ErrorKind.CHANGED,
                                        place.path(),
                                        "has another size or header than when the plan was made of it")
                                .withHint("make the plan again"));
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }
}
