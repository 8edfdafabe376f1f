package dev.weightsmith.format.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weightsmith.checkpoint.ContiguousLayout;
import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.checkpoint.TensorName;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// How a safetensors file will hold its tensors.
public final class SafetensorsLayout {
    /// Headers are filled up with spaces, so that the data begin at a multiple of this.
    private static final int ALIGNMENT = 8;

    private SafetensorsLayout() {}

    /// The tensors in the order given, with no byte between them.
    ///
    /// @param metadata for `__metadata__`; left out where empty
    /// @throws PlanException if the format has no such type or name
    public static FileLayout of(List<TensorInfo> tensors, Map<String, String> metadata) {
        metadata.keySet().forEach(key -> requireName("__metadata__ key", key));
        for (var tensor : tensors) {
            requireName("tensor", tensor.name());
            if (tensor.name().equals("__metadata__")) {
                throw refused(tensor, "no tensor can have this name in a safetensors file");
            }
            if (!SafetensorsTypes.has(tensor.dtype())) {
                throw refused(tensor, "safetensors has no type " + tensor.dtype());
            }
        }
        return new ContiguousLayout(header(tensors, metadata), tensors, 1);
    }

    private static byte[] header(List<TensorInfo> tensors, Map<String, String> metadata) {
        byte[] json = json(tensors, metadata).getBytes(StandardCharsets.UTF_8);
        int length = (int) ContiguousLayout.padded(json.length, ALIGNMENT);
        if (length > SafetensorsHeader.LARGEST) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.LIMIT,
                                    "header would be %d bytes, expected at most %d"
                                            .formatted(length, SafetensorsHeader.LARGEST))
                            .withHint("write more and smaller shards"));
        }
        var header =
                ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(length)
                        .put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.array();
    }

    private static String json(List<TensorInfo> tensors, Map<String, String> metadata) {
        var text = new StringWriter();
        try (var json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart("__metadata__");
                for (var entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            long offset = 0;
            for (var tensor : tensors) {
                long end = Math.addExact(offset, tensor.bytes());
                writeEntry(json, tensor, offset, end);
                offset = end;
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    private static void writeEntry(JsonGenerator json, TensorInfo tensor, long begin, long end)
            throws IOException {
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", tensor.dtype().name());
        json.writeFieldName("shape");
        long[] dimensions = tensor.shape().stream().toArray();
        json.writeArray(dimensions, 0, dimensions.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
    }

    private static void requireName(String what, String name) {
        TensorName.fault(name)
                .ifPresent(fault -> {
                    throw new PlanException(
                            Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    what + " " + Printable.name(name) + " " + fault));
                });
    }

    private static PlanException refused(TensorInfo tensor, String message) {
        return new PlanException(
                Problem.of(
                        ErrorKind.UNSUPPORTED,
                        "tensor %s: %s".formatted(Printable.name(tensor.name()), message)));
    }
}
