package dev.weightsmith.benchmarks;

import dev.weightsmith.checkpoint.SingleFile;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// Tensors of normally distributed values that are made when they are read.
///
/// A row's values are a stretch of one table of random numbers, at a place that the seed, the
/// tensor's name and the row's number decide, so that any row is made as fast as it is copied.
final class SyntheticCheckpoint implements SingleFile {
    private static final int TABLE = 1 << 22;

    private final Map<String, TensorInfo> infos = new LinkedHashMap<>();
    private final MemorySegment table;
    private final DType dtype;
    private final long seed;

    /// @param dtype F16, BF16 or F32
    /// @param deviation of the values from zero
    SyntheticCheckpoint(DType dtype, long seed, float deviation) {
        this.dtype = dtype;
        this.seed = seed;
        this.table = Arena.ofAuto().allocate((long) TABLE * dtype.blockBytes(), 64);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < TABLE; i++) {
            float value = (float) random.nextGaussian() * deviation;
            switch (dtype) {
                case F32 -> table.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
                case F16 ->
                        table.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(value));
                case BF16 ->
                        table.setAtIndex(
                                ValueLayout.JAVA_SHORT,
                                i,
                                (short) (Float.floatToRawIntBits(value) >>> 16));
                default -> throw new IllegalArgumentException("no random values of type " + dtype);
            }
        }
    }

    void add(String name, long... dimensions) {
        infos.put(name, new TensorInfo(name, dtype, Shape.of(dimensions)));
    }

    @Override
    public Path path() {
        return Path.of("synthetic");
    }

    @Override
    public long size() {
        return 0;
    }

    @Override
    public String headerDigest() {
        return "0".repeat(64);
    }

    @Override
    public String container() {
        return "synthetic";
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
        long rowBytes = tensor.rowBytes();
        for (long row = 0; row < count; row++) {
            long place =
                    new SplittableRandom(seed ^ tensor.name().hashCode() ^ (first + row) << 20)
                            .nextLong(TABLE - tensor.columns());
            MemorySegment.copy(
                    table, place * dtype.blockBytes(), destination, row * rowBytes, rowBytes);
        }
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
