package dev.weightsmith.architecture;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/// All families that are known: those here, and those of other modules that provide a [Family].
public final class Architectures {
    private static final List<Architecture> ALL =
            Stream.concat(
                            Stream.of(Llama.ARCHITECTURE),
                            ServiceLoader.load(Family.class, Family.class.getClassLoader()).stream()
                                    .map(provider -> provider.get().architecture()))
                    .toList();

    /// A family that another module brings.
    @FunctionalInterface
    public interface Family {
        Architecture architecture();
    }

    private Architectures() {}

    public static Architecture llama() {
        return Llama.ARCHITECTURE;
    }

    /// The family of that `model_type` or `general.architecture`.
    public static Optional<Architecture> ofType(String type) {
        return ALL.stream().filter(family -> family.type().equals(type)).findFirst();
    }

    /// The family whose models transformers loads by that class.
    public static Optional<Architecture> ofClass(String modelClass) {
        return ALL.stream().filter(family -> family.modelClass().equals(modelClass)).findFirst();
    }

    /// All, ours first.
    public static List<Architecture> all() {
        return ALL;
    }
}
