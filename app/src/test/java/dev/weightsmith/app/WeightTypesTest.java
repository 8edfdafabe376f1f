package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.cli.Terminal;
import dev.weightsmith.format.Formats;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Weights in other types than F32, F16 and BF16.
@Tag("slow")
class WeightTypesTest {
    @TempDir private Path folder;

    private final StringWriter err = new StringWriter();

    private int run(Object... arguments) {
        return new Weightsmith(
                        new Terminal(false, false, 80, false),
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err))
                .run(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    /// A model whose tensors, all of that type, hold `element` again and again.
    private Path model(String type, byte[] element) throws IOException {
        Path model = SmallModel.huggingFace(folder.resolve("base"), SmallModel.TOKENS);
        Path config = model.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replaceFirst("\\{", "{\"torch_dtype\": \"float16\", "));
        var entries = new LinkedHashMap<String, String>();
        int end = 0;
        for (var tensor : SmallModel.tensors(SmallModel.TOKENS).entrySet()) {
            List<Integer> shape = tensor.getValue();
            int begin = end;
            end += element.length * shape.stream().reduce(1, Math::multiplyExact);
            entries.put(tensor.getKey(), SmallModel.entry(type, shape, begin, end));
        }
        var data = ByteBuffer.allocate(end);
        while (data.hasRemaining()) {
            data.put(element);
        }
        Files.write(
                model.resolve("model.safetensors"),
                SmallModel.safetensors(SmallModel.header(entries), data.array()));
        return model;
    }

    private Path doubles() throws IOException {
        return model(
                "F64",
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(0.1).array());
    }

    @ParameterizedTest
    @CsvSource({"I8, hf", "U8, gguf", "F8_E4M3, hf", "F8_E5M2, gguf", "I8, meta", "I8, hf-bin"})
    void integersAndEightBitsAreNoWeights(String type, String format) throws IOException {
        Path model = model(type, new byte[] {1});
        Path out = folder.resolve("out");
        assertThat(run("convert", "--model", model, "--out", out, "--format", format)).isEqualTo(6);
        assertThat(err.toString()).contains(" is " + type + ", expected F32, F16 or BF16");
        assertThat(out).doesNotExist();
    }

    @Test
    void quantizeDoesNotTakeThemEither() throws IOException {
        Path model = model("F8_E4M3", new byte[] {1});
        assertThat(run("quantize", model, "--type=Q8_0", "--out", folder.resolve("x.gguf")))
                .isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf", "hf-bin", "meta"})
    void doublesStayDoubles(String format) throws IOException {
        Path out = folder.resolve("out");
        assertThat(run("convert", "--model", doubles(), "--out", out, "--format", format)).isZero();
        Path weights = format.equals("meta") ? out.resolve("consolidated.00.pth") : out;
        try (var written = Formats.open(weights)) {
            assertThat(written.tensors()).allMatch(tensor -> tensor.dtype() == DType.F64);
        }
        if (!format.equals("meta")) {
            assertThat(out.resolve("config.json")).content().contains("\"float64\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"F32, hf", "F16, hf", "F16, gguf", "BF16, gguf", "F16, meta"})
    void doublesBecomeWhatIsAskedFor(String type, String format) throws IOException {
        Path out = folder.resolve("out");
        assertThat(
                        run(
                                "convert",
                                "--model",
                                doubles(),
                                "--type",
                                type,
                                "--out",
                                out,
                                "--format",
                                format))
                .isZero();
    }
}
