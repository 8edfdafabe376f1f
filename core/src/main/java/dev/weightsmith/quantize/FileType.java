package dev.weightsmith.quantize;

import dev.weightsmith.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A mixture of tensor types that llama.cpp gives one name and one number, which stands in
/// `general.file_type` (docs/specs/quantize-types.md#file-types).
///
/// All that llama.cpp knows are here, so that the files of others can be named; [#isWritable] tells
/// which of them Weightsmith makes.
public enum FileType {
    F32(0, DType.F32),
    F16(1, DType.F16),
    BF16(32, DType.BF16),
    Q4_0(2, DType.Q4_0),
    Q4_1(3, DType.Q4_1),
    Q5_0(8, DType.Q5_0),
    Q5_1(9, DType.Q5_1),
    Q8_0(7, DType.Q8_0),
    Q2_K(10, DType.Q2_K),
    Q2_K_S(21, DType.Q2_K),
    Q3_K_S(11, DType.Q3_K),
    Q3_K_M(12, DType.Q3_K, "Q3_K"),
    Q3_K_L(13, DType.Q3_K),
    Q4_K_S(14, DType.Q4_K),
    Q4_K_M(15, DType.Q4_K, "Q4_K"),
    Q5_K_S(16, DType.Q5_K),
    Q5_K_M(17, DType.Q5_K, "Q5_K"),
    Q6_K(18, DType.Q6_K),
    IQ4_NL(25, DType.IQ4_NL),
    IQ4_XS(30, DType.IQ4_XS),
    IQ1_S(24, DType.IQ1_S),
    IQ1_M(31, DType.IQ1_M),
    IQ2_XXS(19, DType.IQ2_XXS),
    IQ2_XS(20, DType.IQ2_XS),
    IQ2_S(28, DType.IQ2_XS),
    IQ2_M(29, DType.IQ2_S),
    IQ3_XXS(23, DType.IQ3_XXS),
    IQ3_XS(22, DType.IQ3_S),
    IQ3_S(26, DType.IQ3_S),
    IQ3_M(27, DType.IQ3_S),
    TQ1_0(36, DType.TQ1_0),
    TQ2_0(37, DType.TQ2_0);

    private final int number;
    private final DType mainType;

    /// Empty for none.
    private final String alias;

    FileType(int number, DType mainType) {
        this(number, mainType, "");
    }

    FileType(int number, DType mainType, String alias) {
        this.number = number;
        this.mainType = mainType;
        this.alias = alias;
    }

    /// The value of `general.file_type`.
    public int number() {
        return number;
    }

    /// The type that most tensors get.
    public DType mainType() {
        return mainType;
    }

    /// Another name of the same, if there is one.
    public Optional<String> alias() {
        return alias.isEmpty() ? Optional.empty() : Optional.of(alias);
    }

    /// Whether Weightsmith can make files of this type.
    public boolean isWritable() {
        return Encodable.contains(mainType);
    }

    /// Those that Weightsmith makes, in the order of an overview.
    public static List<FileType> writable() {
        return Arrays.stream(values()).filter(FileType::isWritable).toList();
    }

    /// The file type of that number, as found in a file.
    public static Optional<FileType> ofNumber(long number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    /// The writable file type that goes by `name`, in upper or lower case.
    ///
    /// @throws IllegalArgumentException if there is none; the message lists them
    public static FileType parse(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        return writable().stream()
                .filter(type ->
                        type.name().equals(upper) || (!upper.isEmpty() && type.alias.equals(upper)))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "'%s' is no file type that is made here, expected one of %s"
                                        .formatted(
                                                name,
                                                writable().stream()
                                                        .map(FileType::name)
                                                        .collect(Collectors.joining(", ")))));
    }
}
