package dev.weightsmith.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A reader of bytes that others wrote, and sound inputs for it, from which fuzzing starts.
///
/// @param label its name on the command line
/// @param seeds inputs that are read without complaint
/// @param refusal what its documentation says that it throws where no file is to blame
public record FuzzTarget(
        String label,
        List<byte[]> seeds,
        Reader reader,
        Optional<Class<? extends RuntimeException>> refusal) {
    /// Reads an input and everything that it promises.
    @FunctionalInterface
    public interface Reader {
        /// @param folder that the reader may fill
        void read(byte[] input, Path folder) throws IOException;
    }

    public FuzzTarget {
        seeds = List.copyOf(seeds);
    }

    FuzzTarget(String label, List<byte[]> seeds, Reader reader) {
        this(label, seeds, reader, Optional.empty());
    }

    /// The same, of which `type` is documented.
    FuzzTarget throwing(Class<? extends RuntimeException> type) {
        return new FuzzTarget(label, seeds, reader, Optional.of(type));
    }

    @Override
    public String toString() {
        return label;
    }
}
