package dev.weightsmith.compare;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;

/// A model that never was in a file.
final class MemoryModel implements Checkpoint {
    private final Map<String, TensorInfo> infos = new LinkedHashMap<>();
    private final Map<String, MemorySegment> bytes = new LinkedHashMap<>();

    /// Adds values, rounded to `dtype`.
    MemoryModel add(String name, DType dtype, Shape shape, float... values) {
        var info = new TensorInfo(name, dtype, shape);
        MemorySegment stored = MemorySegment.ofArray(new byte[(int) info.bytes()]);
        for (int i = 0; i < values.length; i++) {
            switch (dtype) {
                case F64 -> stored.setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i, values[i]);
                case F32 -> stored.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, values[i]);
                case F16 ->
                        stored.setAtIndex(
                                ValueLayout.JAVA_SHORT_UNALIGNED,
                                i,
                                Float.floatToFloat16(values[i]));
                case BF16 ->
                        stored.setAtIndex(
                                ValueLayout.JAVA_SHORT_UNALIGNED,
                                i,
                                (short) FloatGrid.BF16.bits(values[i]));
                case I64 -> stored.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, (long) values[i]);
                default -> throw new IllegalArgumentException(dtype.toString());
            }
        }
        infos.put(name, info);
        bytes.put(name, stored);
        return this;
    }

    /// Adds values that look like a trained matrix; the same seed gives the same values.
    MemoryModel addRandom(String name, DType dtype, Shape shape, long seed) {
        return add(name, dtype, shape, random((int) shape.elements(), seed, 0.05));
    }

    static float[] random(int count, long seed, double spread) {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * spread);
        }
        return values;
    }

    /// Changes stored bits of element `index` of a tensor of 16-bit elements.
    MemoryModel flip(String name, long index, int mask) {
        MemorySegment stored = Objects.requireNonNull(bytes.get(name));
        short old = stored.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, index);
        stored.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, index, (short) (old ^ mask));
        return this;
    }

    SequencedMap<String, Recipe> recipes() {
        var recipes = new LinkedHashMap<String, Recipe>();
        infos.forEach((name, info) -> recipes.put(name, new Recipe.Load(this, info)));
        return recipes;
    }

    @Override
    public Path path() {
        return Path.of("memory");
    }

    @Override
    public String container() {
        return "memory";
    }

    @Override
    public List<TensorInfo> tensors() {
        return List.copyOf(infos.values());
    }

    @Override
    public Optional<TensorInfo> find(String name) {
        return Optional.ofNullable(infos.get(name));
    }

    @Override
    public void readRows(TensorInfo tensor, long first, long count, MemorySegment destination) {
        MemorySegment stored = Objects.requireNonNull(bytes.get(tensor.name()));
        destination.copyFrom(stored.asSlice(first * tensor.rowBytes(), count * tensor.rowBytes()));
    }

    @Override
    public void verify() {}

    @Override
    public List<Path> files() {
        return List.of();
    }

    @Override
    public void close() {}
}
