package dev.weightsmith.benchmarks;

import dev.weightsmith.kernel.Codec;
import dev.weightsmith.kernel.Kernels;
import dev.weightsmith.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/// How fast each type is encoded: by every set of our kernels, and by ggml's `ggml_quantize_chunk`,
/// on the same rows, in the same process, by one thread.
///
/// The argument is the folder with `libggml-base.so`: what `.ci/fetch-peer.sh` prints. Prints a
/// Markdown table. Times are processor time of the thread, so that what else runs on the machine
/// counts little; each is the median of several rounds after a warm-up.
public final class KernelBenchmark {
    private static final int ROWS = 64;
    private static final int COLUMNS = 4096;
    private static final int ROUNDS = 7;
    private static final long ROUND_NANOS = 60_000_000;
    private static final long WARM_UP_NANOS = 700_000_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /// A type, and ggml's number of it.
    private record Type(DType dtype, int ggml) {}

    private static final List<Type> TYPES =
            List.of(
                    new Type(DType.F16, 1),
                    new Type(DType.BF16, 30),
                    new Type(DType.Q4_0, 2),
                    new Type(DType.Q4_1, 3),
                    new Type(DType.Q5_0, 6),
                    new Type(DType.Q5_1, 7),
                    new Type(DType.Q8_0, 8),
                    new Type(DType.Q2_K, 10),
                    new Type(DType.Q3_K, 11),
                    new Type(DType.Q4_K, 12),
                    new Type(DType.Q5_K, 13),
                    new Type(DType.Q6_K, 14),
                    new Type(DType.IQ4_NL, 20),
                    new Type(DType.IQ4_XS, 23));

    private final MethodHandle quantize;
    private final List<String> sets;
    private final MemorySegment values;
    private final MemorySegment weights;

    private KernelBenchmark(Path ggml, Arena arena) throws Throwable {
        quantize = quantizer(ggml);
        sets = possibleSets();
        var random = new Random(1);
        values = arena.allocate((long) ROWS * COLUMNS * Float.BYTES, 64);
        for (long i = 0; i < (long) ROWS * COLUMNS; i++) {
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian() * 0.02f);
        }
        weights = arena.allocate((long) COLUMNS * Float.BYTES, 64);
        for (long i = 0; i < COLUMNS; i++) {
            float activation = (float) random.nextGaussian();
            weights.setAtIndex(ValueLayout.JAVA_FLOAT, i, activation * activation);
        }
    }

    public static void main(String[] arguments) throws Throwable {
        if (arguments.length != 1) {
            System.err.println("usage: KernelBenchmark FOLDER (what .ci/fetch-peer.sh prints)");
            System.exit(2);
        }
        try (var arena = Arena.ofConfined()) {
            new KernelBenchmark(Path.of(arguments[0]), arena).run();
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle quantizer(Path folder) throws Throwable {
        var symbols = SymbolLookup.libraryLookup(folder.resolve("libggml-base.so"), Arena.global());
        var linker = Linker.nativeLinker();
        var initialize =
                linker.downcallHandle(
                        symbols.findOrThrow("ggml_quantize_init"),
                        FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
        for (var type : TYPES) {
            initialize.invokeExact(type.ggml());
        }
        // size_t ggml_quantize_chunk(enum ggml_type type, const float * src, void * dst,
        //     int64_t start, int64_t nrows, int64_t n_per_row, const float * imatrix)
        return linker.downcallHandle(
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

    private static List<String> possibleSets() {
        var possible = new ArrayList<String>();
        for (String name : List.of("java", "neon", "avx2", "avx512")) {
            System.setProperty(Kernels.PROPERTY, name);
            try {
                Kernels.loraFold();
                possible.add(name);
            } catch (IllegalArgumentException e) {
                // Not on this machine.
            }
        }
        System.clearProperty(Kernels.PROPERTY);
        return possible;
    }

    private void run() {
        System.out.printf(
                "%d rows of %d float32, normally distributed; Mw/s: million weights per second;"
                        + " ×: against ggml%n%n",
                ROWS, COLUMNS);
        System.out.println("| type | importance | ggml Mw/s |" + columns(" %s Mw/s | × |"));
        System.out.println("|---|---|--:|" + columns("--:|--:|"));
        for (var type : TYPES) {
            row(type, Optional.empty());
            if (type.dtype().isQuantized() && type.dtype() != DType.Q8_0) {
                row(type, Optional.of(weights));
            }
        }
    }

    private String columns(String each) {
        var line = new StringBuilder();
        sets.forEach(set -> line.append(each.formatted(set)));
        return line.toString();
    }

    private void row(Type type, Optional<MemorySegment> importance) {
        try (var arena = Arena.ofConfined()) {
            long bytes = type.dtype().bytes((long) ROWS * COLUMNS);
            var expected = arena.allocate(bytes, 64);
            double peer = speed(() -> peer(type, expected, importance));
            var line = new StringBuilder();
            line.append(
                    "| %s | %s | %.1f |"
                            .formatted(type.dtype(), importance.isPresent() ? "yes" : "", peer));
            for (String set : sets) {
                var actual = arena.allocate(bytes, 64);
                var codec = codec(set, type.dtype());
                double ours = speed(() -> codec.encode(values, actual, ROWS, COLUMNS, importance));
                if (actual.mismatch(expected) >= 0) {
                    throw new IllegalStateException(type + " " + set + ": other bytes than ggml");
                }
                line.append(" %.1f | %.1f |".formatted(ours, ours / peer));
            }
            System.out.println(line);
        }
    }

    private static Codec codec(String set, DType dtype) {
        System.setProperty(Kernels.PROPERTY, set);
        try {
            return Kernels.codec(dtype).orElseThrow();
        } finally {
            System.clearProperty(Kernels.PROPERTY);
        }
    }

    private void peer(Type type, MemorySegment encoded, Optional<MemorySegment> importance) {
        try {
            long size =
                    (long)
                            quantize.invokeExact(
                                    type.ggml(),
                                    values,
                                    encoded,
                                    0L,
                                    (long) ROWS,
                                    (long) COLUMNS,
                                    importance.orElse(MemorySegment.NULL));
            if (size != encoded.byteSize()) {
                throw new IllegalStateException("ggml wrote " + size + " bytes of " + type);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("ggml_quantize_chunk failed", e);
        }
    }

    /// Million weights per second: the median round.
    private static double speed(Runnable work) {
        long start = THREADS.getCurrentThreadCpuTime();
        int calls = 0;
        do {
            work.run();
            calls++;
        } while (THREADS.getCurrentThreadCpuTime() - start < WARM_UP_NANOS);
        long each = (THREADS.getCurrentThreadCpuTime() - start) / calls;
        int repeats = (int) Math.max(1, ROUND_NANOS / Math.max(1, each));
        var rounds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long from = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < repeats; i++) {
                work.run();
            }
            rounds[round] = (double) (THREADS.getCurrentThreadCpuTime() - from) / repeats;
        }
        Arrays.sort(rounds);
        return (double) ROWS * COLUMNS / rounds[ROUNDS / 2] * 1e3;
    }

    static {
        Locale.setDefault(Locale.ROOT);
    }
}
