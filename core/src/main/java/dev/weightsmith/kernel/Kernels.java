package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The kernels that this machine runs: the fastest there are, or those that the system property
/// `weightsmith.kernels` names. All give the same bytes.
public final class Kernels {
    /// Names a set of kernels: `avx512`, `avx2`, `neon` or `java`.
    public static final String PROPERTY = "weightsmith.kernels";

    /// Those of the C kernels, the fastest first.
    static final List<String> INSTRUCTION_SETS = List.of("avx512", "avx2", "neon");

    private static final Platform PLATFORM = Platform.here();
    private static final NativeLibrary LIBRARY = NativeLibrary.load(PLATFORM);
    private static final List<KernelSet> AVAILABLE = find();

    private Kernels() {}

    /// The codec of a type; empty for types whose values cannot be read as float32.
    ///
    /// @throws IllegalArgumentException if the property names kernels that cannot run here
    public static Optional<Codec> codec(DType dtype) {
        Optional<Codec> codec = choice().set().codec(dtype);
        return codec.isPresent() ? codec : AVAILABLE.getLast().codec(dtype);
    }

    /// The fold.
    ///
    /// @throws IllegalArgumentException if the property names kernels that cannot run here
    public static LoraFold loraFold() {
        return choice().set().loraFold();
    }

    /// What is in use and what else could be, in one line.
    ///
    /// @throws IllegalArgumentException if the property names kernels that cannot run here
    public static String description() {
        return choice().description();
    }

    /// Why the Java kernels are in use, where there are native ones for this platform; empty where
    /// native ones are in use or there are none to be had.
    ///
    /// @throws IllegalArgumentException if the property names kernels that cannot run here
    public static Optional<String> whyJava() {
        return choice().whyJava();
    }

    /// Every set that can run here, the fastest first; Java, which has everything, is the last.
    static List<KernelSet> available() {
        return AVAILABLE;
    }

    private static KernelChoice choice() {
        return new KernelChoice(
                PLATFORM, LIBRARY, AVAILABLE, Optional.ofNullable(System.getProperty(PROPERTY)));
    }

    private static List<KernelSet> find() {
        var sets = new ArrayList<KernelSet>();
        if (LIBRARY instanceof NativeLibrary.Loaded library) {
            for (String instructionSet : INSTRUCTION_SETS) {
                if (library.supports(instructionSet)) {
                    sets.add(new NativeKernels(instructionSet, library));
                }
            }
        }
        sets.add(new JavaKernels());
        return List.copyOf(sets);
    }
}
