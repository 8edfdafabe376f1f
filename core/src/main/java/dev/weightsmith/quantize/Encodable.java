package dev.weightsmith.quantize;

import dev.weightsmith.tensor.DType;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// The types of which tensors in GGUF files can be made.
public final class Encodable {
    private static final Set<DType> TYPES =
            Collections.unmodifiableSet(
                    EnumSet.of(
                            DType.F32,
                            DType.F16,
                            DType.BF16,
                            DType.Q4_0,
                            DType.Q4_1,
                            DType.Q5_0,
                            DType.Q5_1,
                            DType.Q8_0,
                            DType.Q2_K,
                            DType.Q3_K,
                            DType.Q4_K,
                            DType.Q5_K,
                            DType.Q6_K,
                            DType.IQ4_NL,
                            DType.IQ4_XS));

    private Encodable() {}

    public static boolean contains(DType dtype) {
        return TYPES.contains(dtype);
    }

    /// The type that goes by `name`, in upper or lower case.
    ///
    /// @throws IllegalArgumentException if there is none; the message lists them
    public static DType parse(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        return Arrays.stream(DType.values())
                .filter(dtype -> dtype.name().equals(upper) && contains(dtype))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "'%s' is no tensor type that is made here, expected one of %s"
                                        .formatted(
                                                name,
                                                TYPES.stream()
                                                        .map(DType::name)
                                                        .collect(Collectors.joining(", ")))));
    }
}
