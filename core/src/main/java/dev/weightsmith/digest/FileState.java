package dev.weightsmith.digest;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/// What tells whether a regular file is still what it was: size, time of change, identity.
///
/// @param key the file's number on its disk, or its path where the system has no such numbers
public record FileState(long size, FileTime modified, Object key) {
    /// The state of `file` now. Nothing is opened: opening a fifo would wait for ever.
    ///
    /// @throws FileException if it is not there or not a regular file
    static FileState of(Path file) throws FileException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new FileException(
                        Problem.of(
                                ErrorKind.IO,
                                file,
                                attributes.isDirectory()
                                        ? "is a folder, expected a file"
                                        : "is not a regular file"));
            }
            Object key = attributes.fileKey();
            return new FileState(
                    attributes.size(), attributes.lastModifiedTime(), key == null ? file : key);
        } catch (FileException e) {
            throw e;
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /// `cause` in one line that names the file.
    public static FileException failed(Path file, IOException cause) {
        String message =
                switch (cause) {
                    case NoSuchFileException _ -> "no such file";
                    case AccessDeniedException _ -> "may not be read";
                    case FileSystemException e when e.getReason() != null ->
                            "cannot be read: " + e.getReason();
                    default -> "cannot be read: " + cause.getMessage();
                };
        return new FileException(Problem.of(ErrorKind.IO, file, message), cause);
    }
}
