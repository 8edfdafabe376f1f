package dev.weightsmith.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.format.gguf.GgufValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataOverrideTest {
    @Test
    void textKeepsItsColonsAndEqualsSigns() {
        assertThat(MetadataOverride.parse("general.name=str:a: b=c"))
                .isEqualTo(new MetadataOverride("general.name", new GgufValue.Text("a: b=c")));
    }

    @Test
    void integersAreUnsignedAsLlamaCppWritesThem() {
        assertThat(MetadataOverride.parse("a=int:4294967295").value())
                .isEqualTo(new GgufValue.U32(4294967295L));
    }

    @Test
    void numbersAndTruthsAreRead() {
        assertThat(
                        List.of(
                                MetadataOverride.parse("a=float:1e-5").value(),
                                MetadataOverride.parse("a=bool:true").value()))
                .containsExactly(new GgufValue.F32(1e-5f), new GgufValue.Bool(true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a=int",
                "=int:1",
                "a=int:-1",
                "a=int:x",
                "a=bool:yes",
                "a=u8:1",
                "a=float:"
            })
    void whatIsNotOfTheFormIsRefused(String text) {
        assertThatThrownBy(() -> MetadataOverride.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anOverriddenValueStandsBehindTheFileType() {
        var model = new LinkedHashMap<String, GgufValue>();
        model.put("general.file_type", new GgufValue.U32(1));
        model.put("general.name", new GgufValue.Text("old"));
        var written =
                QuantizedMetadata.of(
                        new QuantizeSource(
                                Path.of("m"),
                                true,
                                List.of(),
                                model,
                                new ModelFacts(1, 1, 1),
                                Sources.none()),
                        FileType.Q8_0,
                        Optional.empty(),
                        List.of(MetadataOverride.parse("general.name=str:new")));
        assertThat(written.toString())
                .isEqualTo(
                        "{general.quantization_version=U32[value=2],"
                                + " general.file_type=U32[value=7],"
                                + " general.name=Text[value=new]}");
    }
}
