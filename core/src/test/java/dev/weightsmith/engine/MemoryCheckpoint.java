package dev.weightsmith.engine;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Tensors that never were in a file.
public final class MemoryCheckpoint implements Checkpoint {
    private final Map<String, TensorInfo> infos = new LinkedHashMap<>();
    private final Map<String, MemorySegment> values = new LinkedHashMap<>();

    private final AtomicLong rowsRead = new AtomicLong();

    /// How many rows were asked for so far.
    long rowsRead() {
        return rowsRead.get();
    }

    /// Adds a tensor of float32 values.
    public TensorInfo add(String name, Shape shape, float... floats) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[floats.length * Float.BYTES]);
        for (int i = 0; i < floats.length; i++) {
            bytes.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (long) i * Float.BYTES, floats[i]);
        }
        return add(new TensorInfo(name, DType.F32, shape), bytes);
    }

    /// Adds a tensor of float16 values.
    public TensorInfo addHalves(String name, Shape shape, float... floats) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[floats.length * Short.BYTES]);
        for (int i = 0; i < floats.length; i++) {
            bytes.set(
                    ValueLayout.JAVA_SHORT_UNALIGNED,
                    (long) i * Short.BYTES,
                    Float.floatToFloat16(floats[i]));
        }
        return add(new TensorInfo(name, DType.F16, shape), bytes);
    }

    private TensorInfo add(TensorInfo info, MemorySegment bytes) {
        if (bytes.byteSize() != info.bytes()) {
            throw new IllegalArgumentException(bytes.byteSize() + " bytes for " + info);
        }
        infos.put(info.name(), info);
        values.put(info.name(), bytes);
        return info;
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
        rowsRead.addAndGet(count);
        MemorySegment bytes = java.util.Objects.requireNonNull(values.get(tensor.name()));
        destination.copyFrom(bytes.asSlice(first * tensor.rowBytes(), count * tensor.rowBytes()));
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
