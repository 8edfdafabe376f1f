package dev.weightsmith.cli;

import dev.weightsmith.error.Finding;
import dev.weightsmith.error.Problem;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Findings as people read them: `base-hf: has a vocabulary of 512`.
///
/// Files are called by their last name, unless two of them have the same.
final class FindingTexts {
    private final Map<String, Set<Path>> named = new HashMap<>();

    FindingTexts(List<Finding> findings) {
        for (Finding finding : findings) {
            finding.problem()
                    .file()
                    .ifPresent(file ->
                            named.computeIfAbsent(lastName(file), n -> new HashSet<>()).add(file));
        }
    }

    String text(Finding finding) {
        Problem problem = finding.problem();
        Optional<Path> file =
                problem.file()
                        .map(path ->
                                named.getOrDefault(lastName(path), Set.of()).size() > 1
                                        ? path
                                        : Path.of(lastName(path)));
        return new Problem(
                        problem.kind(), file, problem.offset(), problem.message(), problem.hint())
                .toString();
    }

    /// `.` and `..` have a name all the same.
    private static String lastName(Path path) {
        Path name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? path.toString() : name.toString();
    }
}
