package dev.weightsmith.lora;

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

/// A checkpoint of float32 and float16 tensors that exist in memory only.
final class MemoryCheckpoint implements Checkpoint {
    private final Path path;
    private final Map<TensorInfo, byte[]> tensors = new LinkedHashMap<>();
    private boolean closed;

    MemoryCheckpoint(String path) {
        this.path = Path.of(path);
    }

    /// Adds a tensor whose every element is `value`.
    MemoryCheckpoint with(String name, DType dtype, float value, long... shape) {
        var info = new TensorInfo(name, dtype, Shape.of(shape));
        byte[] bytes = new byte[(int) info.bytes()];
        var segment = MemorySegment.ofArray(bytes);
        for (int i = 0; i < info.shape().elements(); i++) {
            switch (dtype) {
                case F32 -> segment.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value);
                case F16 ->
                        segment.setAtIndex(
                                ValueLayout.JAVA_SHORT_UNALIGNED, i, Float.floatToFloat16(value));
                default -> {}
            }
        }
        tensors.put(info, bytes);
        return this;
    }

    /// Adds a float32 tensor of ones.
    MemoryCheckpoint with(String name, long... shape) {
        return with(name, DType.F32, 1, shape);
    }

    boolean closed() {
        return closed;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public String container() {
        return "memory";
    }

    @Override
    public List<TensorInfo> tensors() {
        return List.copyOf(tensors.keySet());
    }

    @Override
    public Optional<TensorInfo> find(String name) {
        return tensors.keySet().stream().filter(tensor -> tensor.name().equals(name)).findFirst();
    }

    @Override
    public void readRows(TensorInfo tensor, long first, long count, MemorySegment destination) {
        byte[] bytes = tensors.getOrDefault(tensor, new byte[0]);
        destination.copyFrom(
                MemorySegment.ofArray(bytes)
                        .asSlice(first * tensor.rowBytes(), count * tensor.rowBytes()));
    }

    @Override
    public void verify() {}

    @Override
    public List<Path> files() {
        return List.of(path);
    }

    @Override
    public void close() {
        closed = true;
    }
}
