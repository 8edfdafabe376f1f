package dev.weightsmith.sha256;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.digest.DigestedFile;
import dev.weightsmith.digest.FileDigester;
import dev.weightsmith.digest.KnownFile;
import dev.weightsmith.digest.KnownFiles;
import dev.weightsmith.digest.KnownFolder;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// `weightsmith sha256 --known FILE|FOLDER…`: which published file is each, and are they all there?
record KnownMode(Report report, FileDigester digester, boolean strict, KnownFiles known) {

    void run(List<Path> paths) throws IOException {
        ArrayNode files = report.json().putArray("files");
        ArrayNode folders = report.json().putArray("folders");
        for (Path path : paths) {
            boolean folder = Files.isDirectory(path);
            Map<Path, List<KnownFile>> found = new LinkedHashMap<>();
            digester.digest(
                    DigestMode.files(List.of(path), report),
                    result -> {
                        switch (result) {
                            case DigestedFile.Done done ->
                                    found.put(done.file(), tell(done, folder, files));
                            case DigestedFile.Failed failed -> report.fail(failed.problem());
                        }
                    });
            if (folder) {
                tellFolders(path, found, folders);
            }
        }
    }

    private List<KnownFile> tell(DigestedFile.Done done, boolean inFolder, ArrayNode files) {
        List<KnownFile> recognised = known.find(done.digest());
        String name = Printable.text(DigestMode.name(done.file()));
        if (!recognised.isEmpty()) {
            report.line(name + ": " + text(recognised));
            json(files, done, recognised);
        } else if (!inFolder || strict || isNamedLikePublished(done.file())) {
            report.line("%s: not known, SHA-256 is %s".formatted(name, done.digest()));
            json(files, done, recognised);
            report.fail(
                    known.mismatch(done.file(), done.digest())
                            .orElse(
                                    Problem.of(
                                            ErrorKind.CHECK_FAILED,
                                            done.file(),
                                            "is none of the %d published files"
                                                    .formatted(known.files().size()))));
        }
        return recognised;
    }

    /// Files such as `config.json` are in no list, and nobody expects them to be.
    private boolean isNamedLikePublished(Path file) {
        String name = Objects.toString(file.getFileName(), "");
        return known.files().stream()
                .anyMatch(published -> published.name().filter(name::equals).isPresent());
    }

    private void tellFolders(Path top, Map<Path, List<KnownFile>> found, ArrayNode folders) {
        Map<Path, Map<Path, List<KnownFile>>> byFolder = new TreeMap<>();
        found.forEach((file, recognised) -> {
            Path parent = file.getParent();
            if (!recognised.isEmpty() && parent != null) {
                byFolder.computeIfAbsent(parent, _ -> new LinkedHashMap<>()).put(file, recognised);
            }
        });
        if (byFolder.isEmpty()) {
            report.fail(
                    Problem.of(ErrorKind.CHECK_FAILED, top, "holds no file that was published"));
        }
        byFolder.forEach((path, recognised) -> {
            var folder = new KnownFolder(path, recognised);
            List<Problem> problems = folder.problems(known);
            problems.forEach(report::fail);
            ObjectNode json = folders.addObject().put("folder", path.toString());
            ArrayNode models = json.putArray("models");
            var names = new ArrayList<String>();
            recognised.values().stream()
                    .flatMap(List::stream)
                    .map(KnownFile::setName)
                    .distinct()
                    .forEach(names::add);
            names.forEach(models::add);
            json.put("complete", problems.isEmpty());
            if (problems.isEmpty()) {
                report.good(
                        "%s: complete: %s"
                                .formatted(
                                        Printable.text(DigestMode.name(path)),
                                        String.join(", ", names)));
            }
        });
    }

    private static String text(List<KnownFile> recognised) {
        return recognised.stream().map(KnownFile::toString).collect(Collectors.joining("; "));
    }

    private static void json(ArrayNode files, DigestedFile.Done done, List<KnownFile> recognised) {
        ObjectNode object =
                files.addObject()
                        .put("file", DigestMode.name(done.file()))
                        .put("sha256", done.digest().hex());
        ArrayNode array = object.putArray("known");
        for (KnownFile file : recognised) {
            ObjectNode entry =
                    array.addObject().put("group", file.group()).put("model", file.model());
            file.part().ifPresent(part -> entry.put("part", part));
            file.title().ifPresent(title -> entry.put("title", title));
        }
    }
}
