package dev.weightsmith.sha256;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.digest.DigestList;
import dev.weightsmith.digest.FileDigester;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `weightsmith sha256 --check LIST|FOLDER…`: a verdict on each line, and at the end of each list
/// how many were not good.
record CheckMode(Report report, FileDigester digester, boolean strict) {
    private static final String USUAL_NAME = "SHA256SUMS";
    private static final int MALFORMED_SHOWN = 20;

    void run(List<Path> paths) throws IOException {
        ArrayNode lists = report.json().putArray("lists");
        for (Path path : paths) {
            try {
                boolean folder = Files.isDirectory(path);
                var list = DigestList.read(folder ? path.resolve(USUAL_NAME) : path);
                new OneList(list, folder ? path : Path.of(""), lists.addObject()).run();
            } catch (FileException e) {
                report.fail(e.problem());
            }
        }
    }

    private final class OneList {
        private final DigestList list;
        private final Path base;
        private final ObjectNode json;
        private final ArrayNode entries;
        private final Map<ErrorKind, Integer> bad = new EnumMap<>(ErrorKind.class);
        private boolean wrongFolder;

        OneList(DigestList list, Path base, ObjectNode json) {
            this.list = list;
            this.base = base;
            this.json = json;
            json.put("list", list.path().toString());
            this.entries = json.putArray("entries");
        }

        void run() throws IOException {
            var check = new ListCheck(list, base);
            check.run(digester, this::tell);
            tellMalformed();
            List<Path> unlisted = strict ? check.unlisted() : List.of();
            unlisted.forEach(this::tellUnlisted);
            summary(unlisted.size()).ifPresent(report::tell);
        }

        private void tell(ListCheck.Verdict verdict) {
            DigestList.Entry entry = verdict.entry();
            String name = Printable.text(entry.name());
            ObjectNode object =
                    entries.addObject()
                            .put("line", entry.line())
                            .put("file", entry.name())
                            .put("expected", entry.digest().hex());
            switch (verdict) {
                case ListCheck.Verdict.Same _ -> {
                    report.good(name + ": OK");
                    object.put("status", "same");
                }
                case ListCheck.Verdict.Different different -> {
                    String message =
                            "expected "
                                    + entry.digest()
                                    + ", found "
                                    + different.found()
                                    + (different.note().isEmpty() ? "" : ": " + different.note());
                    report.line(name + ": FAILED, " + message);
                    object.put("status", "different").put("found", different.found().hex());
                    count(Problem.of(ErrorKind.CHECK_FAILED, base.resolve(entry.name()), message));
                }
                case ListCheck.Verdict.Failed failed -> {
                    String message = failed.problem().message();
                    report.line(name + ": FAILED, " + message);
                    object.put("status", "failed").put("message", message);
                    count(failed.problem());
                    wrongFolder |= isBesideList(entry);
                }
            }
        }

        /// Whether a file that was looked for in the current folder is in the list's.
        private boolean isBesideList(DigestList.Entry entry) {
            return Files.notExists(base.resolve(entry.name()))
                    && Files.exists(list.path().resolveSibling(entry.name()));
        }

        private void count(Problem problem) {
            bad.merge(problem.kind(), 1, Integer::sum);
            report.count(problem);
        }

        private void tellMalformed() {
            ArrayNode array = json.putArray("malformed");
            int shown = 0;
            for (DigestList.Malformed malformed : list.malformed()) {
                array.addObject().put("line", malformed.line()).put("message", malformed.message());
                Problem problem =
                        Problem.of(ErrorKind.MALFORMED, list.path(), malformed.toString());
                report.count(problem);
                if (shown++ < MALFORMED_SHOWN) {
                    report.tell(problem);
                }
            }
        }

        private void tellUnlisted(Path file) {
            json.withArray("unlisted").add(file.toString());
            report.line(Printable.text(DigestMode.name(file)) + ": FAILED, not listed");
            report.count(Problem.of(ErrorKind.CHECK_FAILED, file, "is not listed"));
        }

        private Optional<Problem> summary(int unlisted) {
            int differ = bad.getOrDefault(ErrorKind.CHECK_FAILED, 0);
            int changed = bad.getOrDefault(ErrorKind.CHANGED, 0);
            int failed = bad.values().stream().mapToInt(Integer::intValue).sum();
            int malformed = list.malformed().size();
            var parts = new ArrayList<String>();
            add(parts, differ, "differs", "differ");
            add(parts, changed, "changed meanwhile", "changed meanwhile");
            add(parts, failed - differ - changed, "could not be read", "could not be read");
            add(parts, unlisted, "is not listed", "are not listed");
            if (malformed > 0) {
                parts.add(malformed + (malformed == 1 ? " line is" : " lines are") + " malformed");
            }
            if (parts.isEmpty()) {
                return Optional.empty();
            }
            Problem problem =
                    Problem.of(
                            ErrorKind.CHECK_FAILED,
                            list.path(),
                            String.join(", ", parts)
                                    + "; "
                                    + (list.entries().size() - failed)
                                    + " of "
                                    + list.entries().size()
                                    + " listed files are as they should be");
            return Optional.of(
                    wrongFolder
                            ? problem.withHint(
                                    "names in a list are taken from the current folder: run this in"
                                            + " the list's folder")
                            : problem);
        }

        private static void add(List<String> parts, int count, String one, String many) {
            if (count > 0) {
                parts.add(count + (count == 1 ? " file " + one : " files " + many));
            }
        }
    }
}
