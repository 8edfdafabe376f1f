package dev.weightsmith.lora;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/// Looks at single rows of recipes that only rearrange stored floats: for the doctor, who compares
/// a few rows before the engine makes all of them.
final class RowPeek {
    private static final int WIDEST = 1 << 20;
    private static final ValueLayout.OfFloat F32 =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort BITS16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private RowPeek() {}

    /// Whether `count` rows, evenly spread, are the same in both.
    ///
    /// @return empty if one of them cannot be looked at
    static Optional<Boolean> sameRows(Recipe one, Recipe other, int count, Sources sources)
            throws IOException {
        long rows = one.shape().rows();
        if (!one.shape().equals(other.shape()) || one.shape().columns() > WIDEST) {
            return Optional.of(false);
        }
        for (int i = 0; i < count; i++) {
            long row = count == 1 ? 0 : (rows - 1) * i / (count - 1);
            Optional<float[]> left = row(one, row, sources);
            Optional<float[]> right = row(other, row, sources);
            if (left.isEmpty() || right.isEmpty()) {
                return Optional.empty();
            }
            if (!Arrays.equals(left.get(), right.get())) {
                return Optional.of(false);
            }
        }
        return Optional.of(true);
    }

    private static Optional<float[]> row(Recipe recipe, long row, Sources sources)
            throws IOException {
        return switch (recipe) {
            case Recipe.Load load -> stored(load, row, sources);
            case Recipe.Cast cast ->
                    row(cast.input(), row, sources)
                            .flatMap(values -> rounded(values, cast.dtype()));
            case Recipe.RowRange range -> row(range.input(), range.first() + row, sources);
            case Recipe.ColumnRange range ->
                    row(range.input(), row, sources)
                            .map(values ->
                                    Arrays.copyOfRange(
                                            values,
                                            (int) range.first(),
                                            (int) (range.first() + range.count())));
            case Recipe.StackRows stack -> {
                long first = 0;
                for (Recipe part : stack.parts()) {
                    long rows = part.shape().rows();
                    if (row < first + rows) {
                        yield row(part, row - first, sources);
                    }
                    first += rows;
                }
                yield Optional.empty();
            }
            case Recipe.StackColumns stack -> {
                float[] all = new float[(int) stack.shape().columns()];
                int done = 0;
                for (Recipe part : stack.parts()) {
                    Optional<float[]> values = row(part, row, sources);
                    if (values.isEmpty()) {
                        yield Optional.empty();
                    }
                    System.arraycopy(values.get(), 0, all, done, values.get().length);
                    done += values.get().length;
                }
                yield Optional.of(all);
            }
            case Recipe.Constant constant -> Optional.empty();
            case Recipe.MeanOfRows mean -> Optional.empty();
            case Recipe.RepeatRow repeat -> Optional.empty();
            case Recipe.Noise noise -> Optional.empty();
            case Recipe.AddLora delta -> Optional.empty();
            case Recipe.Transpose transpose -> Optional.empty();
            case Recipe.RotaryRows rotary -> Optional.empty();
        };
    }

    private static Optional<float[]> stored(Recipe.Load load, long row, Sources sources)
            throws IOException {
        TensorInfo tensor = load.tensor();
        DType dtype = tensor.dtype();
        boolean readable = dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16;
        if (!readable || tensor.columns() > WIDEST) {
            return Optional.empty();
        }
        float[] values = new float[(int) tensor.columns()];
        try (var arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(tensor.rowBytes());
            sources.file(load.source()).readRows(tensor, row, 1, bytes);
            for (int i = 0; i < values.length; i++) {
                values[i] =
                        switch (dtype) {
                            case F16 -> Float.float16ToFloat(bytes.getAtIndex(BITS16, i));
                            case BF16 -> fromBfloat16(bytes.getAtIndex(BITS16, i));
                            default -> bytes.getAtIndex(F32, i);
                        };
            }
        }
        return Optional.of(values);
    }

    private static Optional<float[]> rounded(float[] values, DType dtype) {
        for (int i = 0; i < values.length; i++) {
            switch (dtype) {
                case F32 -> {}
                case F16 -> values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
                case BF16 -> values[i] = roundedToBfloat16(values[i]);
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(values);
    }

    private static float fromBfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /// To nearest, ties to even.
    private static float roundedToBfloat16(float value) {
        if (!Float.isFinite(value)) {
            return value;
        }
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
    }
}
