package dev.weightsmith.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.config.Configs;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;

/// Expected values: gguf-py 0.19, `Metadata.get_model_id_components` and `size_label`.
class ModelNameTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "meta-llama/Llama-2-7b-hf | 18000000 | Llama 2 7b Hf | Meta Llama | Llama-2 | 7b-hf | '' | ''",
                "meta-llama/Llama-2-7b-hf | 6738415616 | Llama 2 7b Hf | Meta Llama | Llama-2 | hf | '' | 7B",
                "tiny-llama-plus | 297000 | Tiny Llama Plus | '' | '' | '' | '' | ''",
                "chinese-alpaca-2-7b-16k | 6900000000 | Chinese Alpaca 2 7b 16k | '' | chinese-alpaca-2 | 16k | '' | 7B",
                "chinese-alpaca-plus-13b-hf-lora | 13000000000 | Chinese Alpaca Plus 13b Hf Lora | '' | chinese-alpaca-plus | hf-lora | '' | 13B",
                "Mistral-7B-Instruct-v0.2 | 7241732096 | Mistral 7B Instruct v0.2 | '' | Mistral | Instruct | v0.2 | 7B",
                "bloom-7b1 | 7100000000 | Bloom 7b1 | '' | bloom | '' | '' | 7.1B",
                "Llama-2-13b-chat-q4_0 | 13015864320 | Llama 2 13b Chat Q4_0 | '' | Llama-2 | chat | '' | 13B",
                "open_llama_3b_v2 | 3426473600 | Open_Llama_3B_V2 | '' | '' | '' | '' | ''",
                "TinyLlama-1.1B-Chat-v1.0 | 1100048384 | TinyLlama 1.1B Chat v1.0 | '' | TinyLlama | Chat | v1.0 | 1.1B",
                "a--b-large-7B | 7000000000 | A B Large 7B | '' | a-b-large | '' | '' | 7B",
                "./x-1.0 | 5 | X 1.0 | '' | x | '' | 1.0 | ''",
                "My Model v2 | 5 | My Model v2 | '' | '' | '' | '' | ''",
                "phi-1_5 | 1400000000 | Phi 1_5 | '' | phi | 1_5 | '' | ''",
                "llama-65b-small | 65000000000 | Llama 65b Small | '' | llama | small | '' | 65B",
            })
    void identifiersAreTakenApartAsLlamaCppDoes(
            String identifier,
            long parameters,
            String name,
            String organization,
            String basename,
            String finetune,
            String version,
            String size) {
        assertThat(ModelName.of(identifier, parameters))
                .isEqualTo(
                        new ModelName(
                                name,
                                text(organization),
                                text(basename),
                                text(finetune),
                                text(version),
                                text(size)));
    }

    @Test
    void configurationsNameComesBeforeTheFolders() throws Exception {
        var config = Configs.tinyWith("{\"_name_or_path\": \"meta-llama/Llama-2-7b-hf\"}");
        assertThat(ModelName.of(config, "folder", 1).name()).isEqualTo("Llama 2 7b Hf");
    }

    @Test
    void pathOnSomebodysComputerIsNoName() throws Exception {
        var config = Configs.tinyWith("{\"_name_or_path\": \"/data/models/llama\"}");
        assertThat(ModelName.of(config, "folder", 1).name()).isEqualTo("Folder");
    }

    @ParameterizedTest
    @NullAndEmptySource
    void configurationWithoutANameLeavesTheFolders(String name) throws Exception {
        String value = name == null ? "null" : "\"\"";
        var config = Configs.tinyWith("{\"_name_or_path\": " + value + "}");
        assertThat(ModelName.of(config, "my-folder", 1).name()).isEqualTo("My Folder");
    }

    @ParameterizedTest
    @CsvSource({
        "999, 1.0K",
        "9960, 10K",
        "12345, 12K",
        "293000, 293K",
        "1000000, 1000K",
        "1000001, 1.0M",
        "4950000, 5.0M",
        "9949999, 10M",
        "99500000, 100M",
        "6738415616, 6.7B",
        "70000000000, 70B",
        "1200000000000, 1.2T"
    })
    void sizeLabelsHaveTwoDigits(long parameters, String label) {
        assertThat(SizeLabel.of(parameters)).isEqualTo(label);
    }

    private static Optional<String> text(String text) {
        return Optional.of(text).filter(t -> !t.isEmpty());
    }
}
