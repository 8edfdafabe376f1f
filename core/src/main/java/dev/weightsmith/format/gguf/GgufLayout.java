package dev.weightsmith.format.gguf;

import dev.weightsmith.checkpoint.ContiguousLayout;
import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.checkpoint.TensorName;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.tensor.TensorInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SequencedMap;

/// How a GGUF file will hold its metadata and tensors (docs/specs/gguf.md#file-layout).
public final class GgufLayout {
    private GgufLayout() {}

    /// Metadata and tensors in the order given, all of them: a key with an empty value is written.
    ///
    /// The alignment is that of `general.alignment`, or 32.
    ///
    /// @throws PlanException if the format has no such type, name or shape
    public static FileLayout of(
            SequencedMap<String, GgufValue> metadata, List<TensorInfo> tensors) {
        int alignment = alignment(metadata);
        var header = new GgufHeaderWriter();
        header.u32(GgufHeader.MAGIC);
        header.u32(GgufHeader.VERSION);
        header.u64(tensors.size());
        header.u64(metadata.size());
        metadata.forEach((key, value) -> {
            requireKey(key);
            header.text(key);
            header.typed(value);
        });
        long offset = 0;
        for (var tensor : tensors) {
            requireName(tensor);
            writeInfo(header, tensor, offset);
            offset = ContiguousLayout.padded(Math.addExact(offset, tensor.bytes()), alignment);
        }
        return new ContiguousLayout(header.bytes(), tensors, alignment);
    }

    private static void writeInfo(GgufHeaderWriter header, TensorInfo tensor, long offset) {
        var shape = tensor.shape();
        if (shape.rank() > GgufTensorReader.MOST_DIMENSIONS || shape.elements() == 0) {
            throw unsupported(
                    tensor,
                    "GGUF holds tensors of up to %d dimensions, none of them 0, not %s"
                            .formatted(GgufTensorReader.MOST_DIMENSIONS, shape));
        }
        header.text(tensor.name());
        header.u32(shape.rank());
        for (int i = shape.rank() - 1; i >= 0; i--) {
            header.u64(shape.dimension(i));
        }
        header.u32(
                GgmlType.number(tensor.dtype())
                        .orElseThrow(
                                () -> unsupported(tensor, "GGUF has no type " + tensor.dtype())));
        header.u64(offset);
    }

    private static int alignment(SequencedMap<String, GgufValue> metadata) {
        return switch (metadata.get(GgufHeader.ALIGNMENT_KEY)) {
            case null -> GgufHeader.DEFAULT_ALIGNMENT;
            case GgufValue.U32(long value) when GgufHeader.isAlignment(value) -> (int) value;
            case GgufValue other ->
                    throw new PlanException(
                            Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    "%s is %s, expected a power of two"
                                            .formatted(
                                                    GgufHeader.ALIGNMENT_KEY,
                                                    Printable.text(other.toString()))));
        };
    }

    private static void requireKey(String key) {
        int length = key.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > GgufMetadataReader.LONGEST_KEY || hasFault(key)) {
            throw new PlanException(
                    Problem.of(ErrorKind.UNSUPPORTED, "no GGUF key can be " + Printable.name(key)));
        }
    }

    private static void requireName(TensorInfo tensor) {
        int length = tensor.name().getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > GgufTensorReader.LONGEST_NAME || hasFault(tensor.name())) {
            throw unsupported(
                    tensor,
                    "no tensor of a GGUF file can have this name of %d bytes, expected 1 to %d"
                            .formatted(length, GgufTensorReader.LONGEST_NAME));
        }
    }

    private static boolean hasFault(String name) {
        return TensorName.fault(name).isPresent();
    }

    private static PlanException unsupported(TensorInfo tensor, String message) {
        return new PlanException(
                Problem.of(
                        ErrorKind.UNSUPPORTED,
                        "tensor %s: %s".formatted(Printable.name(tensor.name()), message)));
    }
}
