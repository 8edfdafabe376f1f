package dev.weightsmith.config;

import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The divisors of the rotary frequencies that Llama 3.1's rope scaling makes, one for each pair of
/// a head: GGUF's tensor `rope_freqs.weight` (docs/specs/gguf.md#rotary-scaling).
public final class RopeFrequencies {
    /// Far more than any head has, so that a hostile tensor takes no memory.
    private static final int MOST = 1 << 16;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private RopeFrequencies() {}

    /// The tensor's values; empty where a file has none.
    static List<Float> read(GgufFile file) throws IOException {
        Optional<TensorInfo> found = file.find(Architecture.ROPE_FREQUENCIES);
        if (found.isEmpty()) {
            return List.of();
        }
        TensorInfo tensor = found.get();
        Shape shape = tensor.shape();
        if (tensor.dtype() != DType.F32
                || shape.rank() != 1
                || shape.elements() == 0
                || shape.elements() > MOST) {
            throw FileException.malformed(
                    file.path(),
                    "tensor %s is %s %s, expected F32 with half as many elements as a head"
                            .formatted(Printable.name(tensor.name()), tensor.dtype(), shape));
        }
        byte[] bytes = new byte[Math.toIntExact(shape.elements() * Float.BYTES)];
        var memory = MemorySegment.ofArray(bytes);
        file.readRows(tensor, 0, shape.rows(), memory);
        List<Float> divisors = new ArrayList<>();
        for (int offset = 0; offset < bytes.length; offset += Float.BYTES) {
            divisors.add(memory.get(FLOAT, offset));
        }
        return divisors;
    }

    /// The scaling that makes these divisors: Llama 3.1's if its formula gives every one of them
    /// exactly, with the frequency factors of all its models.
    static RopeScaling scaling(List<Float> divisors, double theta) {
        if (divisors.stream().allMatch(divisor -> divisor == 1)) {
            return new RopeScaling.None();
        }
        for (int original = 1 << 7; original <= 1 << 20; original <<= 1) {
            var llama3 = new RopeScaling.Llama3(divisors.getLast(), 1, 4, original);
            if (of(llama3, 2 * divisors.size(), theta).equals(divisors)) {
                return llama3;
            }
        }
        return new RopeScaling.Divisors(divisors);
    }

    /// In float32 throughout and in the operations of PyTorch, which divides a number by a tensor
    /// as the number times the tensor's reciprocal.
    public static List<Float> of(RopeScaling.Llama3 scaling, int headSize, double theta) {
        float factor = (float) scaling.factor();
        float low = (float) scaling.lowFrequency();
        float span = (float) (scaling.highFrequency() - scaling.lowFrequency());
        float longest = (float) (scaling.original() / scaling.lowFrequency());
        float shortest = (float) (scaling.original() / scaling.highFrequency());
        List<Float> divisors = new ArrayList<>(headSize / 2);
        for (int i = 0; i < headSize; i += 2) {
            float frequency = 1 / (float) Math.pow((float) theta, (float) i / headSize);
            float wavelength = 1 / frequency * (float) (2 * Math.PI);
            if (wavelength < shortest) {
                divisors.add(1f);
            } else if (wavelength > longest) {
                divisors.add(factor);
            } else {
                float smooth = (1 / wavelength * scaling.original() - low) / span;
                divisors.add(1 / ((1 - smooth) / factor + smooth));
            }
        }
        return List.copyOf(divisors);
    }
}
