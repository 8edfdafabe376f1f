package dev.weightsmith.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// ggml's own quantizer, from a release build of llama.cpp.
///
/// Lies where `.ci/fetch-peer.sh` put it, or in the folder that the property `weightsmith.peer`
/// names.
final class PeerLibrary {
    private static final String VERSION = "3.22.1";

    private final MethodHandle initialize;
    private final MethodHandle quantize;

    @SuppressWarnings("restricted")
    private PeerLibrary(Path file) {
        var symbols = SymbolLookup.libraryLookup(file, Arena.global());
        var linker = Linker.nativeLinker();
        // void ggml_quantize_init(enum ggml_type type)
        initialize =
                linker.downcallHandle(
                        symbols.findOrThrow("ggml_quantize_init"),
                        FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
        // size_t ggml_quantize_chunk(enum ggml_type type, const float * src, void * dst,
        //     int64_t start, int64_t nrows, int64_t n_per_row, const float * imatrix)
        quantize =
                linker.downcallHandle(
                        symbols.findOrThrow("ggml_quantize_chunk"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS));
    }

    static Optional<PeerLibrary> find() {
        Path file = folder().resolve("libggml-base.so");
        return Files.isReadable(file) ? Optional.of(new PeerLibrary(file)) : Optional.empty();
    }

    static Path folder() {
        String named = System.getProperty("weightsmith.peer");
        if (named != null) {
            return Path.of(named);
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path home = Path.of(System.getProperty("user.home"), ".cache");
        return (cache == null || cache.isEmpty() ? home : Path.of(cache))
                .resolve("weightsmith/node-llama-cpp-" + VERSION);
    }

    /// Quantizes rows and returns how many bytes that made.
    ///
    /// @param type ggml's number of the type
    long quantize(
            int type,
            MemorySegment values,
            MemorySegment encoded,
            long rows,
            int columns,
            Optional<MemorySegment> importance) {
        try {
            initialize.invokeExact(type);
            return (long)
                    quantize.invokeExact(
                            type,
                            values,
                            encoded,
                            0L,
                            rows,
                            (long) columns,
                            importance.orElse(MemorySegment.NULL));
        } catch (Throwable e) {
            throw new IllegalStateException("ggml_quantize_chunk failed", e);
        }
    }
}
