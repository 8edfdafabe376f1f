package dev.weightsmith.checkpoint;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.ByteSink;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;

/// A header and then tensor after tensor, each part filled up with zeros to an alignment.
public final class ContiguousLayout implements FileLayout {
    private final LayoutSpec.Contiguous spec;
    private final List<TensorInfo> tensors;
    private final long[] offsets;
    private final long size;

    /// @param header all bytes before the padding that precedes the first tensor
    /// @param alignment a power of two; 1 for no padding at all
    /// @throws PlanException if two tensors have the same name
    public ContiguousLayout(byte[] header, List<TensorInfo> tensors, int alignment) {
        this.spec = new LayoutSpec.Contiguous(header.clone(), alignment);
        this.tensors = List.copyOf(tensors);
        this.offsets = new long[tensors.size()];
        var names = HashSet.<String>newHashSet(tensors.size());
        long end = padded(header.length, alignment);
        for (int i = 0; i < offsets.length; i++) {
            var tensor = tensors.get(i);
            if (!names.add(tensor.name())) {
                throw new PlanException(
                        Problem.of(
                                ErrorKind.MISMATCH,
                                "tensor %s would be in one file twice"
                                        .formatted(Printable.name(tensor.name()))));
            }
            offsets[i] = end;
            end = padded(Math.addExact(end, tensor.bytes()), alignment);
        }
        this.size = end;
    }

    /// `length` rounded up to a multiple of `alignment`, a power of two.
    ///
    /// @throws ArithmeticException if that does not fit a long
    public static long padded(long length, int alignment) {
        return Math.addExact(length, alignment - 1L) & -alignment;
    }

    @Override
    public List<TensorInfo> tensors() {
        return tensors;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long offset(int index) {
        return offsets[index];
    }

    @Override
    public LayoutSpec spec() {
        return spec;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ContiguousLayout layout
                && spec.equals(layout.spec)
                && tensors.equals(layout.tensors);
    }

    @Override
    public int hashCode() {
        return 31 * spec.hashCode() + tensors.hashCode();
    }

    @Override
    public CheckpointWriter writer(ByteSink file) throws IOException {
        file.write(spec.header());
        return new ContiguousWriter(this, file);
    }
}
