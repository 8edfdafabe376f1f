package dev.weightsmith.kernel;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Which kernels are used, and why.
///
/// @param available every set that can run, the fastest first; Java, which has everything, is last
/// @param asked the value of the system property, if it is set
record KernelChoice(
        Platform platform,
        NativeLibrary library,
        List<KernelSet> available,
        Optional<String> asked) {
    KernelChoice {
        available = List.copyOf(available);
    }

    /// @throws IllegalArgumentException if the property names kernels that cannot run here
    KernelSet set() {
        return asked.isEmpty()
                ? available.getFirst()
                : available.stream()
                        .filter(set -> set.name().equals(asked.get()))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "no kernels '%s' here, possible are %s (%s)"
                                                .formatted(
                                                        asked.get(), names(), Kernels.PROPERTY)));
    }

    /// As [Kernels#whyJava].
    Optional<String> whyJava() {
        if (!set().equals(available.getLast()) || !platform.hasNativeKernels()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (library) {
                    case NativeLibrary.Absent absent -> absent.reason();
                    case NativeLibrary.Loaded _ when available.size() > 1 ->
                            "%s asks for them".formatted(Kernels.PROPERTY);
                    case NativeLibrary.Loaded _ ->
                            "this processor runs none of %s"
                                    .formatted(String.join(", ", Kernels.INSTRUCTION_SETS));
                });
    }

    /// What is in use and what else could be, in one line.
    String description() {
        String line = "%s (possible here: %s)".formatted(set().name(), names());
        return switch (library) {
            case NativeLibrary.Loaded _ -> line;
            case NativeLibrary.Absent absent -> line + "; no native ones: " + absent.reason();
        };
    }

    private String names() {
        return available.stream().map(KernelSet::name).collect(Collectors.joining(", "));
    }
}
