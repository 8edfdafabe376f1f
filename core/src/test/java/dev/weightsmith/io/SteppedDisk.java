package dev.weightsmith.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/// A disk that does something before each of its steps. Nothing is flushed: power cuts are another
/// matter.
abstract class SteppedDisk extends Disk {
    /// @throws IOException if the step is not to be taken
    abstract void step() throws IOException;

    @Override
    void makeFolder(Path folder) throws IOException {
        step();
        super.makeFolder(folder);
    }

    @Override
    FileChannel create(Path file) throws IOException {
        step();
        return super.create(file);
    }

    @Override
    void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        step();
        super.write(channel, bytes);
    }

    @Override
    void sync(FileChannel channel) throws IOException {
        step();
    }

    @Override
    void syncFolder(Path folder) throws IOException {
        step();
    }

    @Override
    void rename(Path from, Path to) throws IOException {
        step();
        super.rename(from, to);
    }

    @Override
    void renameToNew(Path from, Path to) throws IOException {
        step();
        super.renameToNew(from, to);
    }

    @Override
    void link(Path name, Path existing) throws IOException {
        step();
        super.link(name, existing);
    }

    @Override
    boolean exchange(Path one, Path other) {
        try {
            step();
        } catch (IOException e) {
            return false;
        }
        return super.exchange(one, other);
    }

    @Override
    void setTime(Path file, FileTime time) throws IOException {
        step();
        super.setTime(file, time);
    }

    @Override
    void delete(Path path) throws IOException {
        step();
        super.delete(path);
    }
}
