package dev.weightsmith.engine;

import dev.weightsmith.plan.Plan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The digests of an output in the two-column form of `sha256sum`: `SHA256SUMS` in a folder,
/// `NAME.sha256` beside a file.
final class DigestFile {
    private DigestFile() {}

    static Plan.TextFile of(Plan plan, List<Report.Written> files) {
        String name =
                plan.folder() ? "SHA256SUMS" : String.valueOf(beside(plan.target()).getFileName());
        String lines =
                files.stream()
                        .sorted(Comparator.comparing(Report.Written::name))
                        .map(DigestFile::line)
                        .collect(Collectors.joining());
        return new Plan.TextFile(name, lines.getBytes(StandardCharsets.UTF_8));
    }

    static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".sha256");
    }

    /// A name with a line break or backslash is escaped, which a leading backslash tells.
    private static String line(Report.Written file) {
        String name = file.name();
        String escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        String mark = escaped.equals(name) ? "" : "\\";
        return mark + file.sha256() + "  " + escaped + "\n";
    }
}
