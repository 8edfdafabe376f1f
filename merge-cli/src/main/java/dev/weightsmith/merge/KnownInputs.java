package dev.weightsmith.merge;

import dev.weightsmith.digest.DigestedFile;
import dev.weightsmith.digest.FileDigester;
import dev.weightsmith.digest.KnownFiles;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Compares inputs that are called like published files with the published digests. Other inputs
/// cost nothing.
record KnownInputs(KnownFiles known, int threads, Progress progress) {

    /// @param strict whether a difference is an error
    /// @throws PlanException if one differs and that is an error
    List<Finding> check(List<Path> inputs, boolean strict) throws IOException {
        List<Path> named = inputs.stream().filter(file -> !known.expected(file).isEmpty()).toList();
        var problems = new ArrayList<Problem>();
        if (!named.isEmpty()) {
            new FileDigester(threads, progress)
                    .digest(
                            named,
                            file -> {
                                if (file instanceof DigestedFile.Done done) {
                                    known.mismatch(done.file(), done.digest())
                                            .ifPresent(problems::add);
                                }
                            });
        }
        if (strict && !problems.isEmpty()) {
            throw new PlanException(problems);
        }
        return problems.stream()
                .map(problem -> new Finding(Finding.Severity.WARNING, problem))
                .toList();
    }
}
