package dev.weightsmith.format.gguf;

import dev.weightsmith.tensor.DType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The numbers that ggml gives to element types. Those left out were removed or never released.
enum GgmlType {
    F32(0, DType.F32),
    F16(1, DType.F16),
    Q4_0(2, DType.Q4_0),
    Q4_1(3, DType.Q4_1),
    Q5_0(6, DType.Q5_0),
    Q5_1(7, DType.Q5_1),
    Q8_0(8, DType.Q8_0),
    Q8_1(9, DType.Q8_1),
    Q2_K(10, DType.Q2_K),
    Q3_K(11, DType.Q3_K),
    Q4_K(12, DType.Q4_K),
    Q5_K(13, DType.Q5_K),
    Q6_K(14, DType.Q6_K),
    Q8_K(15, DType.Q8_K),
    IQ2_XXS(16, DType.IQ2_XXS),
    IQ2_XS(17, DType.IQ2_XS),
    IQ3_XXS(18, DType.IQ3_XXS),
    IQ1_S(19, DType.IQ1_S),
    IQ4_NL(20, DType.IQ4_NL),
    IQ3_S(21, DType.IQ3_S),
    IQ2_S(22, DType.IQ2_S),
    IQ4_XS(23, DType.IQ4_XS),
    I8(24, DType.I8),
    I16(25, DType.I16),
    I32(26, DType.I32),
    I64(27, DType.I64),
    F64(28, DType.F64),
    IQ1_M(29, DType.IQ1_M),
    BF16(30, DType.BF16),
    TQ1_0(34, DType.TQ1_0),
    TQ2_0(35, DType.TQ2_0),
    MXFP4(39, DType.MXFP4);

    private static final Map<Long, GgmlType> BY_NUMBER =
            Arrays.stream(values())
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    type -> (long) type.number, Function.identity()));
    private static final Map<DType, GgmlType> BY_DTYPE =
            Arrays.stream(values())
                    .collect(Collectors.toUnmodifiableMap(type -> type.dtype, Function.identity()));

    private final int number;
    private final DType dtype;

    GgmlType(int number, DType dtype) {
        this.number = number;
        this.dtype = dtype;
    }

    static Optional<DType> dtype(long number) {
        return Optional.ofNullable(BY_NUMBER.get(number)).map(type -> type.dtype);
    }

    static OptionalInt number(DType dtype) {
        var type = BY_DTYPE.get(dtype);
        return type == null ? OptionalInt.empty() : OptionalInt.of(type.number);
    }
}
