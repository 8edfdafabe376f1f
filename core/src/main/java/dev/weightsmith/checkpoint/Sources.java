package dev.weightsmith.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/// Open files, by what identifies them: what turns a plan, which only names its sources, into
/// bytes.
public final class Sources implements Closeable {
    private final List<Checkpoint> opened;
    private final SequencedMap<Source, SingleFile> files;

    private Sources(List<Checkpoint> opened, SequencedMap<Source, SingleFile> files) {
        this.opened = List.copyOf(opened);
        this.files = files;
    }

    public static Sources none() {
        return new Sources(List.of(), new LinkedHashMap<>());
    }

    /// The files of one checkpoint, which from now on is closed with them.
    ///
    /// @param role that begins the names of its sources: `model`, `adapter-1` …
    public static Sources of(String role, Checkpoint checkpoint) throws IOException {
        var files = new LinkedHashMap<Source, SingleFile>();
        for (SingleFile file : checkpoint.parts()) {
            var source =
                    new Source(
                            role + "/" + file.path().getFileName(),
                            file.size(),
                            file.headerDigest());
            put(files, source, file);
        }
        return new Sources(List.of(checkpoint), files);
    }

    /// These and others.
    ///
    /// @throws IllegalArgumentException if the same source is another open file there
    public Sources and(Sources other) {
        var all = new ArrayList<>(opened);
        other.opened.stream().filter(checkpoint -> !all.contains(checkpoint)).forEach(all::add);
        var both = new LinkedHashMap<>(files);
        other.files.forEach((source, file) -> put(both, source, file));
        return new Sources(all, both);
    }

    private static void put(Map<Source, SingleFile> files, Source source, SingleFile file) {
        SingleFile before = files.putIfAbsent(source, file);
        if (before != null && !before.equals(file)) {
            throw new IllegalArgumentException(
                    "%s and %s are both %s".formatted(before.path(), file.path(), source));
        }
    }

    /// @throws IllegalArgumentException if it is none of these
    public SingleFile file(Source source) {
        SingleFile file = files.get(source);
        if (file == null) {
            throw new IllegalArgumentException("not open: " + source);
        }
        return file;
    }

    /// In the order in which they were opened.
    public SequencedSet<Source> all() {
        return files.sequencedKeySet();
    }

    /// The checkpoints that were opened, each perhaps of several files.
    public List<Checkpoint> checkpoints() {
        return opened;
    }

    public List<Path> paths() {
        return files.values().stream().flatMap(file -> file.files().stream()).toList();
    }

    /// Checks what can only be known after reading: see [Checkpoint#verify].
    public void verify() throws IOException {
        for (Checkpoint checkpoint : opened) {
            checkpoint.verify();
        }
    }

    @Override
    public void close() throws IOException {
        JoinedCheckpoint.closeAll(opened);
    }
}
