package dev.weightsmith.format.safetensors;

import dev.weightsmith.tensor.DType;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The element types of safetensors; their names there are the names that Weightsmith uses.
final class SafetensorsTypes {
    private static final Map<String, DType> BY_NAME =
            Stream.of(
                            DType.BOOL,
                            DType.F4,
                            DType.F6_E2M3,
                            DType.F6_E3M2,
                            DType.U8,
                            DType.I8,
                            DType.F8_E5M2,
                            DType.F8_E4M3,
                            DType.F8_E8M0,
                            DType.F8_E4M3FNUZ,
                            DType.F8_E5M2FNUZ,
                            DType.I16,
                            DType.U16,
                            DType.F16,
                            DType.BF16,
                            DType.I32,
                            DType.U32,
                            DType.F32,
                            DType.C64,
                            DType.F64,
                            DType.I64,
                            DType.U64)
                    .collect(Collectors.toUnmodifiableMap(DType::name, Function.identity()));

    private SafetensorsTypes() {}

    static Optional<DType> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    static boolean has(DType dtype) {
        return BY_NAME.containsValue(dtype);
    }
}
