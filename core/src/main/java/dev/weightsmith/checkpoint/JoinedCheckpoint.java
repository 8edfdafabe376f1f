package dev.weightsmith.checkpoint;

import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Several checkpoints that hold different tensors of one model, read as one.
public final class JoinedCheckpoint implements Checkpoint {
    private final Path path;
    private final String container;
    private final List<Checkpoint> parts;
    private final List<String> warnings;
    private final List<TensorInfo> tensors;
    private final Map<String, Checkpoint> owners = new HashMap<>();

    /// Joins `parts`, in this order, and from now on owns them.
    ///
    /// @param path what the user calls the whole
    /// @param warnings besides those of the parts
    /// @throws FileException if a tensor is in two parts; the parts then stay the caller's
    public JoinedCheckpoint(
            Path path, String container, List<? extends Checkpoint> parts, List<String> warnings)
            throws FileException {
        this.path = path;
        this.container = container;
        this.parts = List.copyOf(parts);
        var allTensors = new ArrayList<TensorInfo>();
        var allWarnings = new ArrayList<>(warnings);
        for (var part : parts) {
            for (var tensor : part.tensors()) {
                var other = owners.putIfAbsent(tensor.name(), part);
                if (other != null) {
                    throw FileException.malformed(
                            part.path(),
                            "tensor %s is also in %s"
                                    .formatted(
                                            Printable.name(tensor.name()),
                                            Printable.name(other.path().toString())));
                }
            }
            allTensors.addAll(part.tensors());
            allWarnings.addAll(part.warnings());
        }
        this.tensors = List.copyOf(allTensors);
        this.warnings = List.copyOf(allWarnings);
    }

    /// Opens one file of several.
    @FunctionalInterface
    public interface Opener<C extends Checkpoint> {
        C open(Path file) throws IOException;
    }

    /// Opens all of `files` or, where one fails, none.
    public static <C extends Checkpoint> List<C> openAll(List<Path> files, Opener<C> opener)
            throws IOException {
        var opened = new ArrayList<C>();
        try {
            for (var file : files) {
                opened.add(opener.open(file));
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            closeAfter(e, opened);
            throw e;
        }
    }

    /// Closes `parts` because of `cause`, which keeps what goes wrong with that.
    public static void closeAfter(Throwable cause, List<? extends Checkpoint> parts) {
        for (var part : parts) {
            try {
                part.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public String container() {
        return container;
    }

    @Override
    public List<TensorInfo> tensors() {
        return tensors;
    }

    @Override
    public Optional<TensorInfo> find(String name) {
        return Optional.ofNullable(owners.get(name)).flatMap(part -> part.find(name));
    }

    @Override
    public List<SingleFile> parts() {
        return parts.stream().flatMap(part -> part.parts().stream()).toList();
    }

    /// The part that holds the tensor of that name.
    public Optional<Checkpoint> owner(String name) {
        return Optional.ofNullable(owners.get(name));
    }

    @Override
    public void readRows(TensorInfo tensor, long first, long count, MemorySegment destination)
            throws IOException {
        var part = owners.get(tensor.name());
        if (part == null) {
            throw new IllegalArgumentException("not a tensor of this model: " + tensor.name());
        }
        part.readRows(tensor, first, count, destination);
    }

    @Override
    public void verify() throws IOException {
        for (var part : parts) {
            part.verify();
        }
    }

    @Override
    public List<String> warnings() {
        return warnings;
    }

    @Override
    public List<Path> files() {
        return parts.stream().flatMap(part -> part.files().stream()).toList();
    }

    @Override
    public void close() throws IOException {
        closeAll(parts);
    }

    /// Closes all of `parts`, whatever goes wrong with one.
    static void closeAll(List<Checkpoint> parts) throws IOException {
        IOException first = null;
        for (var part : parts) {
            try {
                part.close();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
