package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Adapters that say what they were trained on, folded into bases that are called something.
class TrainedOnTest {
    @TempDir private Path folder;

    private Path copy(String original, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(SharedData.path(original))) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    private Path base(String name) throws IOException {
        return copy("tiny/base-hf", folder.resolve(name));
    }

    private Path adapter(String name, String original, String trainedOn) throws IOException {
        Path adapter = copy(original, folder.resolve("adapters").resolve(name));
        Path config = adapter.resolve("adapter_config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace(
                                "\"base_model_name_or_path\": null",
                                "\"base_model_name_or_path\": \"%s\"".formatted(trainedOn)));
        return adapter;
    }

    private static List<String> warnings(Path base, Path... adapters) throws IOException {
        try (Folded folded = Folded.open(base, List.of(adapters), false)) {
            var warnings = new ArrayList<String>();
            for (Finding finding : folded.findings()) {
                if (finding.severity() == Finding.Severity.WARNING) {
                    warnings.add(finding.problem().message());
                }
            }
            return warnings;
        }
    }

    private List<String> warnings(String base, String trainedOn) throws IOException {
        return warnings(base(base), adapter("lora", "tiny/lora-llama-plus", trainedOn));
    }

    @ParameterizedTest
    @CsvSource({
        "llama-2-7b, meta-llama/Llama-2-7b-chat-hf",
        "llama-7b-hf, lmsys/vicuna-7b",
        "llama-7b, /data/models/llama-2-7b/",
        "llama-7b, huggyllama/llama-13b",
        "7B, huggyllama/llama-13b",
        "llama-bias, families/other",
        "llama-7b, C:\\\\models\\\\alpaca-7b"
    })
    void anotherModelIsAWarning(String base, String trainedOn) throws IOException {
        assertThat(warnings(base, trainedOn))
                .singleElement()
                .asString()
                .startsWith("says that it was trained on '")
                .endsWith("', but the base is called '" + base + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "llama-7b, decapoda-research/llama-7b-hf",
        "Llama-2-7b-hf, meta-llama/llama2-7b",
        "llama-30b, huggyllama/llama-33b",
        "7B, huggyllama/llama-7b",
        "llama, huggyllama/llama-7b",
        "llama-7b-fp16, models/llama_7B",
        // Names that say nothing.
        "base, lmsys/vicuna-7b",
        "llama-7b, /home/me/output/checkpoint-1500",
        "llama-7b, ./base"
    })
    void theSameModelUnderAnotherNameIsNone(String base, String trainedOn) throws IOException {
        assertThat(warnings(base, trainedOn)).isEmpty();
    }

    @Test
    void inTheHubsCacheTheRepositoryIsTheName() throws IOException {
        Path base =
                copy(
                        "tiny/base-hf",
                        folder.resolve("models--meta-llama--Llama-2-7b-hf/snapshots/0123456789ab"));
        assertThat(warnings(base, adapter("a", "tiny/lora-llama-plus", "x/llama-2-7b"))).isEmpty();
        assertThat(warnings(base, adapter("b", "tiny/lora-llama-plus", "x/vicuna-7b")))
                .singleElement()
                .asString()
                .endsWith("the base is called 'Llama-2-7b-hf'");
    }

    @Test
    void whatTheConfigurationCallsTheBaseIsItsNameToo() throws IOException {
        Path base = base("my-base");
        Path config = base.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("\\{", "{\"_name_or_path\": \"lmsys/vicuna-7b\","));
        assertThat(warnings(base, adapter("a", "tiny/lora-llama-plus", "vicuna-7b"))).isEmpty();
        assertThat(warnings(base, adapter("b", "tiny/lora-llama-plus", "llama-7b"))).hasSize(1);
    }

    @Test
    void anAdapterMayNameWhatTheOneBeforeItMade() throws IOException {
        assertThat(
                        warnings(
                                base("llama-7b"),
                                adapter(
                                        "chinese-llama-plus-lora-7b",
                                        "tiny/lora-llama-plus",
                                        "llama-7b"),
                                adapter(
                                        "second",
                                        "tiny/lora-alpaca-plus",
                                        "chinese-llama-plus-7b-merged")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "llama-2-7b, unsloth/llama-2-7b-bnb-4bit",
        "llama-2-7b, llama-2-7b-4bit",
        "base, TheBloke/Llama-2-7B-nf4"
    })
    void aBaseOf4BitsIsAWarning(String base, String trainedOn) throws IOException {
        assertThat(warnings(base, trainedOn))
                .containsExactly(
                        "says that it was trained on '%s', whose weights are rounded to 4 bits"
                                .formatted(trainedOn));
    }

    @Test
    void namesComeOutPrintable() throws IOException {
        assertThat(warnings("llama-7b", "vicuna-7b\\u001b[31m"))
                .singleElement()
                .asString()
                .contains("'vicuna-7b\\u{1b}[31m'");
    }
}
