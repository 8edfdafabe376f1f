package dev.weightsmith.testing;

import dev.weightsmith.checkpoint.SingleFile;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;

/// Tensors that never were in a file.
public final class MemoryCheckpoint implements SingleFile {
    private static final AtomicLong COUNT = new AtomicLong();

    private final Path path;
    private final List<Path> files;
    private final Map<String, TensorInfo> infos = new LinkedHashMap<>();
    private final Map<String, MemorySegment> values = new LinkedHashMap<>();
    private final AtomicLong rowsRead = new AtomicLong();
    private final String header = "%064x".formatted(COUNT.incrementAndGet());
    private boolean closed;

    /// One that says of itself that it has no file.
    public MemoryCheckpoint() {
        path = Path.of("memory");
        files = List.of();
    }

    /// One that says of itself that it is the file `path`.
    public MemoryCheckpoint(String path) {
        this.path = Path.of(path);
        files = List.of(this.path);
    }

    /// Adds a tensor of float32 values.
    public TensorInfo add(String name, Shape shape, float... floats) {
        return add(name, DType.F32, shape, floats);
    }

    /// Adds a tensor of float16 values.
    public TensorInfo addHalves(String name, Shape shape, float... floats) {
        return add(name, DType.F16, shape, floats);
    }

    /// Adds values, rounded to `dtype`.
    public MemoryCheckpoint with(String name, DType dtype, Shape shape, float... floats) {
        add(name, dtype, shape, floats);
        return this;
    }

    /// Adds a tensor whose every element is `value`; of zero bytes, where nobody reads values of
    /// that type.
    public MemoryCheckpoint with(String name, DType dtype, float value, long... dimensions) {
        var info = new TensorInfo(name, dtype, Shape.of(dimensions));
        if (dtype == DType.F32 || dtype == DType.F16) {
            var all = new float[Math.toIntExact(info.shape().elements())];
            Arrays.fill(all, value);
            return with(name, dtype, info.shape(), all);
        }
        put(info, MemorySegment.ofArray(new byte[Math.toIntExact(info.bytes())]));
        return this;
    }

    /// Adds a float32 tensor of ones.
    public MemoryCheckpoint with(String name, long... dimensions) {
        return with(name, DType.F32, 1, dimensions);
    }

    /// Adds values that look like a trained matrix; the same seed gives the same values.
    public MemoryCheckpoint withRandom(String name, DType dtype, Shape shape, long seed) {
        return with(name, dtype, shape, random((int) shape.elements(), seed, 0.05));
    }

    /// Normally distributed values; the same seed gives the same ones.
    public static float[] random(int count, long seed, double spread) {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * spread);
        }
        return values;
    }

    /// Changes stored bits of element `index` of a tensor of 16-bit elements.
    public MemoryCheckpoint flip(String name, long index, int mask) {
        MemorySegment stored = bytes(name);
        short old = stored.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, index);
        stored.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, index, (short) (old ^ mask));
        return this;
    }

    private TensorInfo add(String name, DType dtype, Shape shape, float[] floats) {
        if (floats.length != shape.elements()) {
            throw new IllegalArgumentException(floats.length + " values for " + name + shape);
        }
        var info = new TensorInfo(name, dtype, shape);
        MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(info.bytes())]);
        for (int i = 0; i < floats.length; i++) {
            switch (dtype) {
                case F64 -> bytes.setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i, floats[i]);
                case F32 -> bytes.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, floats[i]);
                case F16 -> setShort(bytes, i, Float.floatToFloat16(floats[i]));
                case BF16 -> setShort(bytes, i, bfloat16(floats[i]));
                case I64 -> bytes.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, (long) floats[i]);
                default -> throw new IllegalArgumentException(dtype.toString());
            }
        }
        put(info, bytes);
        return info;
    }

    private static void setShort(MemorySegment bytes, int index, short value) {
        bytes.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, index, value);
    }

    /// To nearest, ties to even; finite values only.
    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }

    private void put(TensorInfo info, MemorySegment bytes) {
        infos.put(info.name(), info);
        values.put(info.name(), bytes);
    }

    private MemorySegment bytes(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    /// A tensor as it is.
    public Recipe load(TensorInfo info) {
        return new Recipe.Load(sources().all().getFirst(), info);
    }

    /// This, open.
    public Sources sources() {
        try {
            return Sources.of("memory", this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The tensors as they are, with this.
    public Tensors readable() {
        return new Tensors(recipes(), sources());
    }

    /// The tensors as they are.
    public SequencedMap<String, Recipe> recipes() {
        var recipes = new LinkedHashMap<String, Recipe>();
        infos.forEach((name, info) -> recipes.put(name, load(info)));
        return recipes;
    }

    /// How many rows were asked for so far.
    public long rowsRead() {
        return rowsRead.get();
    }

    /// Whether [#close] was called.
    public boolean closed() {
        return closed;
    }

    @Override
    public Path path() {
        return path;
    }

    /// Of no file.
    @Override
    public long size() {
        return 0;
    }

    /// Another one for each of these.
    @Override
    public String headerDigest() {
        return header;
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
        rowsRead.addAndGet(count);
        destination.copyFrom(
                bytes(tensor.name()).asSlice(first * tensor.rowBytes(), count * tensor.rowBytes()));
    }

    @Override
    public void verify() {}

    @Override
    public List<Path> files() {
        return files;
    }

    @Override
    public void close() {
        closed = true;
    }
}
