package dev.weightsmith.sha256;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.weightsmith.digest.DigestList;
import dev.weightsmith.digest.DigestedFile;
import dev.weightsmith.digest.FileDigester;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `weightsmith sha256 FILE|FOLDER…`: prints a check file.
record DigestMode(Report report, FileDigester digester) {

    void run(List<Path> paths) throws IOException {
        ArrayNode json = report.json().putArray("files");
        digester.digest(
                files(paths, report),
                result -> {
                    switch (result) {
                        case DigestedFile.Done done -> {
                            report.line(DigestList.line(done.digest(), name(done.file())));
                            json.addObject()
                                    .put("file", name(done.file()))
                                    .put("bytes", done.bytes())
                                    .put("sha256", done.digest().hex());
                        }
                        case DigestedFile.Failed failed -> report.fail(failed.problem());
                    }
                });
    }

    /// The files that `paths` mean; what is wrong with folders is reported.
    static List<Path> files(List<Path> paths, Report report) throws IOException {
        var files = new ArrayList<Path>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                FolderFiles folder = FolderFiles.below(path, FolderFiles.standardOutput());
                folder.leftOut().forEach(report::warn);
                folder.problems().forEach(report::fail);
                files.addAll(folder.files());
            } else {
                files.add(path);
            }
        }
        return files;
    }

    /// A file's name as lists write it on every system.
    static String name(Path file) {
        return file.toString().replace(File.separatorChar, '/');
    }
}
