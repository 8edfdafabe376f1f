package dev.weightsmith.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.format.gguf.GgufValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class QuantizedMetadataTest {
    private static final String TYPE = "general.file_type";
    private static final String VERSION = "general.quantization_version";
    private static final String LATER = "tokenizer.ggml.model";

    private static SequencedMap<String, GgufValue> written(boolean fromFile, FileType type) {
        var model = new LinkedHashMap<String, GgufValue>();
        model.put(TYPE, new GgufValue.U32(1));
        model.put(VERSION, new GgufValue.U32(2));
        model.put(LATER, new GgufValue.Text("llama"));
        var source =
                new QuantizeSource(
                        Path.of("m"),
                        fromFile,
                        List.of(),
                        model,
                        new ModelFacts(1, 1, 1),
                        Sources.none());
        return QuantizedMetadata.of(source, type, Optional.empty(), List.of());
    }

    @Test
    void aConvertedFileNamesItsTypeWhereTheConverterDoes() {
        assertThat(written(false, FileType.F32).sequencedKeySet())
                .containsExactly(TYPE, VERSION, LATER);
    }

    @Test
    void aConvertedFileNamesItsOwnType() {
        assertThat(written(false, FileType.F32)).containsEntry(TYPE, new GgufValue.U32(0));
    }

    @Test
    void aModelQuantizedAtOnceNamesItsTypeLast() {
        assertThat(written(false, FileType.Q8_0).sequencedKeySet())
                .containsExactly(LATER, VERSION, TYPE);
    }

    @Test
    void aFileMadeOfAFileNamesItsTypeLast() {
        assertThat(written(true, FileType.F32).sequencedKeySet())
                .containsExactly(LATER, VERSION, TYPE);
    }
}
