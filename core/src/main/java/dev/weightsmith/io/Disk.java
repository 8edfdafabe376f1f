package dev.weightsmith.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/// The steps by which an output grows and comes to its name, one method each, so that a test can
/// stop the world between any two of them.
class Disk {
    void makeFolder(Path folder) throws IOException {
        Files.createDirectory(folder);
    }

    FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        channel.write(bytes);
    }

    /// Makes the bytes of a file survive a power cut.
    void sync(FileChannel channel) throws IOException {
        channel.force(true);
    }

    /// Makes the names in a folder survive a power cut, where the system can.
    void syncFolder(Path folder) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (AccessDeniedException e) {
            // Windows opens no folders, others none that may be written to but not read: their
            // renames are as safe as they make them.
            return;
        }
        try (channel) {
            channel.force(true);
        } catch (IOException e) {
            if (!isUnsupported(e)) {
                throw e;
            }
        }
    }

    /// Makes the names in a folder and in those below it survive a power cut.
    void syncTree(Path folder) throws IOException {
        for (Path entry : PrivateFolder.entries(folder)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                syncTree(entry);
            }
        }
        syncFolder(folder);
    }

    /// Some file systems open folders and cannot flush them.
    private static boolean isUnsupported(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("Invalid argument") || message.contains("not supported");
    }

    /// Replaces a file, or an empty folder, of the new name.
    void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Never replaces what has the new name.
    void renameToNew(Path from, Path to) throws IOException {
        Files.move(from, to);
    }

    /// Never replaces what has the new name.
    ///
    /// @throws UnsupportedOperationException or IOException where the file system has no links
    void link(Path name, Path existing) throws IOException {
        Files.createLink(name, existing);
    }

    /// Two names change what they stand for, in one step.
    ///
    /// @return whether that was done; not every system can
    boolean exchange(Path one, Path other) {
        return SystemCalls.exchange(one, other);
    }

    /// Keeps other jobs from giving names in a folder until it is closed.
    FolderLock lock(Path folder) {
        return FolderLock.take(folder);
    }

    void setTime(Path file, FileTime time) throws IOException {
        Files.setLastModifiedTime(file, time);
    }

    /// A file or an empty folder.
    void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }
}
