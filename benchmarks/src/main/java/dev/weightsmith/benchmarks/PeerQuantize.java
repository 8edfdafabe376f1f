package dev.weightsmith.benchmarks;

import dev.weightsmith.quantize.FileType;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Quantizes a GGUF file with llama.cpp's own `llama_model_quantize`.
///
///     java … PeerQuantize LIBRARIES INPUT OUTPUT TYPE THREADS
///
/// `LIBRARIES` is the folder that `.ci/fetch-peer.sh` prints.
public final class PeerQuantize {
    /// `llama_model_quantize_params`: threads, file type, and more that keeps its defaults. Longer
    /// than any version's, which is harmless for a structure that is returned in memory.
    private static final MemoryLayout PARAMETERS =
            MemoryLayout.structLayout(
                    ValueLayout.JAVA_INT.withName("nthread"),
                    ValueLayout.JAVA_INT.withName("ftype"),
                    MemoryLayout.sequenceLayout(15, ValueLayout.JAVA_LONG).withName("rest"));

    private PeerQuantize() {}

    @SuppressWarnings("restricted") // a foreign library is what is measured
    public static void main(String[] arguments) throws Throwable {
        Path folder = Path.of(arguments[0]);
        try (var arena = Arena.ofConfined()) {
            for (String library : List.of("libggml-base", "libggml", "libllama")) {
                System.load(find(folder, library).toString());
            }
            SymbolLookup symbols = SymbolLookup.loaderLookup();
            Linker linker = Linker.nativeLinker();
            var defaults =
                    linker.downcallHandle(
                            symbols.findOrThrow("llama_model_quantize_default_params"),
                            FunctionDescriptor.of(PARAMETERS));
            var quantize =
                    linker.downcallHandle(
                            symbols.findOrThrow("llama_model_quantize"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.ADDRESS));
            var parameters = (MemorySegment) defaults.invoke((SegmentAllocator) arena);
            parameters.set(ValueLayout.JAVA_INT, 0, Integer.parseInt(arguments[4]));
            parameters.set(ValueLayout.JAVA_INT, 4, FileType.parse(arguments[3]).number());
            int failed =
                    (int)
                            quantize.invoke(
                                    arena.allocateFrom(arguments[1]),
                                    arena.allocateFrom(arguments[2]),
                                    parameters);
            System.exit(failed);
        }
    }

    private static Path find(Path folder, String library) throws java.io.IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> {
                                String name = String.valueOf(file.getFileName());
                                return name.startsWith(library + ".") && name.contains(".so");
                            })
                    .sorted()
                    .findFirst()
                    .orElseThrow(() -> new java.io.FileNotFoundException(library));
        }
    }
}
