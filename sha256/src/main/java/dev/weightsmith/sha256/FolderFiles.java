package dev.weightsmith.sha256;

import dev.weightsmith.digest.FileState;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The regular files below a folder.
///
/// Links to files within the folder count as files; links to folders are not entered, for what they
/// lead to is either below the folder anyway or not its own.
///
/// @param files sorted by path
/// @param leftOut what is there and not digested, each with the reason
/// @param problems what could not be looked at
record FolderFiles(List<Path> files, List<String> leftOut, List<Problem> problems) {
    /// @param output the identity of the file that the result is written to, which cannot be part
    ///   of it
    static FolderFiles below(Path folder, Optional<Object> output) throws IOException {
        Path real = folder.toRealPath();
        var files = new ArrayList<Path>();
        var leftOut = new ArrayList<String>();
        var problems = new ArrayList<Problem>();
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        Optional<Object> key = Optional.ofNullable(attributes.fileKey());
                        if (key.isPresent() && key.equals(output)) {
                            leftOut.add(printable(file, "is where the output goes"));
                        } else if (attributes.isRegularFile()) {
                            files.add(file);
                        } else if (attributes.isSymbolicLink()) {
                            link(file);
                        } else {
                            leftOut.add(printable(file, "is not a regular file"));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) {
                        problems.add(FileState.failed(file, failure).problem());
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException failure) {
                        if (failure != null) {
                            problems.add(FileState.failed(directory, failure).problem());
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    private void link(Path file) {
                        try {
                            Path target = file.toRealPath();
                            if (!target.startsWith(real)) {
                                leftOut.add(printable(file, "is a link that leaves the folder"));
                            } else if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
                                files.add(file);
                            }
                        } catch (IOException e) {
                            problems.add(
                                    Problem.of(ErrorKind.IO, file, "is a link that leads nowhere"));
                        }
                    }
                });
        files.sort(null);
        return new FolderFiles(files, leftOut, problems);
    }

    /// The identity of the file that standard output goes to, if it goes to one.
    static Optional<Object> standardOutput() {
        try {
            var attributes =
                    Files.readAttributes(Path.of("/dev/stdout"), BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? Optional.ofNullable(attributes.fileKey())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String printable(Path file, String message) {
        return Printable.text(file.toString()) + ": " + message;
    }
}
