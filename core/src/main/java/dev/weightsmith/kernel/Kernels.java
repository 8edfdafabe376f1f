package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The kernels that this machine runs: the fastest there are, or those that the system property
/// `weightsmith.kernels` names. All give the same bytes.
public final class Kernels {
    /// Names a set of kernels: `avx512`, `avx2`, `neon` or `java`.
    public static final String PROPERTY = "weightsmith.kernels";

    private static final NativeLibrary LIBRARY = NativeLibrary.load();
    private static final List<KernelSet> AVAILABLE = find();

    private Kernels() {}

    /// The codec of a type; empty for types whose values cannot be read as float32.
    ///
    /// @throws IllegalArgumentException if the property names kernels that cannot run here
    public static Optional<Codec> codec(DType dtype) {
        Optional<Codec> codec = chosen().codec(dtype);
        return codec.isPresent() ? codec : AVAILABLE.getLast().codec(dtype);
    }

    /// The fold.
    ///
    /// @throws IllegalArgumentException if the property names kernels that cannot run here
    public static LoraFold loraFold() {
        return chosen().loraFold();
    }

    /// What is in use and what else could be, in one line.
    ///
    /// @throws IllegalArgumentException if the property names kernels that cannot run here
    public static String description() {
        String line = chosen().name() + " (possible here: " + names() + ")";
        return switch (LIBRARY) {
            case NativeLibrary.Loaded _ -> line;
            case NativeLibrary.Absent absent -> line + "; no native ones: " + absent.reason();
        };
    }

    /// Every set that can run here, the fastest first; Java, which has everything, is the last.
    static List<KernelSet> available() {
        return AVAILABLE;
    }

    private static KernelSet chosen() {
        String name = System.getProperty(PROPERTY);
        if (name == null) {
            return AVAILABLE.getFirst();
        }
        return AVAILABLE.stream()
                .filter(set -> set.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no kernels '%s' here, possible are %s (%s)"
                                        .formatted(name, names(), PROPERTY)));
    }

    private static List<KernelSet> find() {
        var sets = new ArrayList<KernelSet>();
        if (LIBRARY instanceof NativeLibrary.Loaded library) {
            for (String instructionSet : List.of("avx512", "avx2", "neon")) {
                if (library.supports(instructionSet)) {
                    sets.add(new NativeKernels(instructionSet, library));
                }
            }
        }
        sets.add(new JavaKernels());
        return List.copyOf(sets);
    }

    private static String names() {
        return AVAILABLE.stream().map(KernelSet::name).collect(Collectors.joining(", "));
    }
}
