package dev.weightsmith.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraConfigTest {
    @TempDir private Path folder;

    private LoraConfig read(String json) throws IOException {
        Path file = folder.resolve("adapter_config.json");
        Files.writeString(file, json);
        return LoraConfig.read(file);
    }

    private LoraConfig with(String more) throws IOException {
        return read("{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": 16" + more + "}");
    }

    private FileException failure(String json) {
        try {
            read(json);
        } catch (FileException e) {
            return e;
        } catch (IOException e) {
            throw new AssertionError("not named after the file", e);
        }
        throw new AssertionError("accepted: " + json);
    }

    @Test
    void scaleIsAlphaOverRank() throws IOException {
        assertThat(with("").scale("a")).isEqualTo(2f);
    }

    @Test
    void quotientOfFloat64IsRoundedOnceToFloat32() throws IOException {
        var config = read("{\"peft_type\": \"LORA\", \"r\": 5, \"lora_alpha\": 7.0}");
        assertThat(config.scale("a")).isEqualTo((float) (7.0 / 5));
    }

    @Test
    void rankStabilizedScaleIsAlphaOverTheRootOfTheRank() throws IOException {
        assertThat(with(", \"use_rslora\": true").scale("a"))
                .isEqualTo((float) (16 / Math.sqrt(8)));
    }

    @Test
    void patternsSetRankAndAlphaOfTheModulesTheyMatch() throws IOException {
        var config =
                with(
                        ", \"rank_pattern\": {\"q_proj\": 4},"
                                + " \"alpha_pattern\": {\"layers\\\\.(0|2)\\\\.v_proj\": 64}");
        assertThat(config.rank("model.layers.1.q_proj")).isEqualTo(4);
        assertThat(config.scale("model.layers.1.q_proj")).isEqualTo(4f);
        assertThat(config.scale("model.layers.2.v_proj")).isEqualTo(8f);
        assertThat(config.scale("model.layers.1.v_proj")).isEqualTo(2f);
    }

    @Test
    void firstPatternThatMatchesWins() throws IOException {
        var config = with(", \"rank_pattern\": {\"b.q\": 3, \"q\": 5}");
        assertThat(config.rank("a.b.q")).isEqualTo(3);
        assertThat(config.rank("a.c.q")).isEqualTo(5);
    }

    @Test
    void catastrophicPatternReachesALimit() throws IOException {
        var config = with(", \"rank_pattern\": {\"(.*)(.*)(.*)(.*)(.*)(.*)x\": 4}");
        assertThatThrownBy(() -> config.rank("a".repeat(60) + "b"))
                .isInstanceOfSatisfying(
                        FileException.class,
                        e -> assertThat(e.problem().kind()).isEqualTo(ErrorKind.LIMIT));
    }

    @Test
    void everyUnsupportedKeyIsNamedAtOnce() {
        var failure =
                failure(
                        "{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": 16,"
                                + " \"use_dora\": true, \"layer_replication\": [[0, 4]]}");
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure)
                .hasMessageContaining("'use_dora' is true, 'layer_replication' is [[0,4]]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"init_lora_weights\": \"pissa_niter_16\"",
                "\"init_lora_weights\": \"olora\"",
                "\"lora_bias\": true",
                "\"target_parameters\": [\"x\"]",
                "\"trainable_token_indices\": [1]",
                "\"enable_lora\": [true]",
                "\"invented_by_a_later_version\": 1"
            })
    void keyThatChangesTheResultIsUnsupported(String key) {
        var failure =
                failure("{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": 16, " + key + "}");
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"init_lora_weights\": \"gaussian\"",
                "\"layers_to_transform\": [1, 3]",
                "\"enable_lora\": null",
                "\"invented_by_a_later_version\": {}",
                "\"base_model_name_or_path\": \"../../etc/passwd\"",
                "\"lora_dropout\": 0.05"
            })
    void keyWithoutEffectIsAccepted(String key) throws IOException {
        assertThat(with(", " + key).rank()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2147483648", "8.5", "\"8\"", "null", "true"})
    void rankThatIsNotACountIsMalformed(String rank) {
        var failure = failure("{\"peft_type\": \"LORA\", \"r\": " + rank + ", \"lora_alpha\": 16}");
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(failure).hasMessageContaining("'r' is");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "\"16\"", "1e400", "null", "1e300", "[]"})
    void alphaThatIsNotANumberIsMalformed(String alpha) {
        var failure = failure("{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": " + alpha + "}");
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({"r", "lora_alpha", "peft_type"})
    void missingKeyIsNamed(String key) {
        String all = "{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": 16}";
        var failure = failure(all.replace("\"" + key + "\"", "\"task_type\""));
        assertThat(failure).hasMessageContaining("'" + key + "' is missing");
    }

    @Test
    void otherKindOfAdapterIsUnsupported() {
        var failure = failure("{\"peft_type\": \"IA3\"}");
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure).hasMessageContaining("'peft_type' is 'IA3', expected LORA");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a{3}", "(?i)a", "[[a]", "(", "\\\\1", "a++", "é", ""})
    void patternOutsideTheCommonSyntaxIsUnsupported(String pattern) {
        var failure =
                failure(
                        "{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": 16,"
                                + " \"rank_pattern\": {\""
                                + pattern
                                + "\": 4}}");
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
    }

    private static String mlx(String parameters) {
        return "{\"fine_tune_type\": \"lora\", \"model\": \"someone/llama\", \"lora_parameters\": {"
                + parameters
                + "}}";
    }

    @Test
    void scaleOfMlxStandsInItsConfiguration() throws IOException {
        var config = read(mlx("\"rank\": 8, \"scale\": 20.0, \"dropout\": 0.0"));
        assertThat(config.rank("a")).isEqualTo(8);
        assertThat(config.scale("a")).isEqualTo(20f);
        assertThat(config.baseModel()).contains("someone/llama");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"rank\": 0, \"scale\": 20 | 'rank' of lora_parameters is 0",
                "\"scale\": 20 | 'rank' of lora_parameters is missing",
                "\"rank\": 8 | 'scale' of lora_parameters is missing",
                "\"rank\": 8, \"scale\": 1e39 | 'scale' of lora_parameters is 1.0E39"
            })
    void mlxWithoutRankOrScaleIsMalformed(String parameters, String message) {
        var failure = failure(mlx(parameters));
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(failure).hasMessageContaining(message);
    }

    @Test
    void alphaOfMlxThatMayMeanAnotherScaleIsRefused() throws IOException {
        var failure = failure(mlx("\"rank\": 8, \"alpha\": 16, \"scale\": 10"));
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure).hasMessageContaining("alpha 16 beside rank 8");
        assertThat(read(mlx("\"rank\": 8, \"alpha\": 8, \"scale\": 10")).scale("a")).isEqualTo(10f);
    }

    @Test
    void doraOfMlxIsRefused() {
        var failure = failure("{\"fine_tune_type\": \"dora\", \"lora_parameters\": {}}");
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure).hasMessageContaining("'fine_tune_type' is 'dora'");
    }
}
