package dev.weightsmith.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.tokenizer.ChatTemplates;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatPromptTest {
    private static final Path MODEL = Path.of("m");

    private static ChatPrompt prompt(String template) {
        return new ChatPrompt(MODEL, template, Map.of("bos_token", "<s>", "eos_token", "</s>"));
    }

    private static ChatPrompt builtIn(String name) {
        return prompt(ChatTemplates.builtIn(name));
    }

    @Test
    void alpacasWordsAreThoseItWasTrainedOn() {
        assertThat(builtIn("alpaca").of(Optional.of(" S "), " x\n"))
                .isEqualTo("S\n\n### Instruction:\n\nx\n\n### Response:\n\n");
    }

    @Test
    void llama2sWordsAreThoseItWasTrainedOn() {
        assertThat(builtIn("llama2").of(Optional.of(" S "), " x\n"))
                .isEqualTo("[INST] <<SYS>>\nS\n<</SYS>>\n\nx [/INST]");
    }

    @Test
    void alpacasOwnSystemMessageIsUsed() {
        assertThat(builtIn("alpaca").of(Optional.empty(), "x"))
                .isEqualTo(
                        """
                        Below is an instruction that describes a task. \
                        Write a response that appropriately completes the request.

                        ### Instruction:

                        x

                        ### Response:

                        """);
    }

    @Test
    void llama2sOwnSystemMessageIsUsed() {
        assertThat(builtIn("llama2").of(Optional.empty(), "x"))
                .isEqualTo(
                        "[INST] <<SYS>>\nYou are a helpful assistant. 你是一个乐于助人的助手。\n"
                                + "<</SYS>>\n\nx [/INST]");
    }

    @ParameterizedTest
    @CsvSource({"49954, alpaca", "55296, llama2"})
    void theProjectsModelsAreKnownByTheirVocabulary(int tokens, String name) {
        assertThat(ChatPrompt.template(MODEL, ChatTemplates.none(), tokens))
                .isEqualTo(ChatTemplates.builtIn(name));
    }

    @Test
    void aModelsOwnTemplateIsTakenFirst() {
        assertThat(ChatPrompt.template(MODEL, ChatTemplates.of("own"), 49954)).isEqualTo("own");
    }

    @Test
    void aModelWithoutTemplateIsRefused() {
        assertThatThrownBy(() -> ChatPrompt.template(MODEL, ChatTemplates.none(), 32000))
                .isInstanceOf(PlanException.class)
                .hasMessage("m: has no chat template");
    }

    @Test
    void specialTokensAreGivenToTheTemplate() {
        assertThat(
                        prompt(
                                        "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ pad_token }}")
                                .of(Optional.empty(), " x "))
                .isEqualTo("<s> x </s>");
    }

    @Test
    void messagesHaveTheirEntriesInOrder() {
        assertThat(prompt("{{ messages|tojson }}").of(Optional.empty(), "x"))
                .isEqualTo("[{\"role\": \"user\", \"content\": \"x\"}]");
    }

    @Test
    void whatTheTemplateSaysAgainstItIsSaid() {
        String template =
                "{% if messages[0].role == 'system' %}{{ raise_exception('no\\x1b system') }}"
                        + "{% endif %}";
        assertThatThrownBy(() -> prompt(template).of(Optional.of("S"), "x"))
                .isInstanceOfSatisfying(
                        PlanException.class,
                        e -> {
                            assertThat(e.problem().message())
                                    .isEqualTo(
                                            "the chat template says: no\\u{1b} system (line 1 of"
                                                    + " the template)");
                            assertThat(e.problem().hint()).contains("it may take no --system");
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ 'x'.encode() }}", "{{ x | wordwrap }}", "{% include 'x' %}"})
    void whatIsNotSupportedIsSaid(String template) {
        assertThatThrownBy(() -> prompt(template).of(Optional.empty(), "x"))
                .isInstanceOfSatisfying(
                        PlanException.class,
                        e -> {
                            assertThat(e.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
                            assertThat(e.problem().message())
                                    .endsWith("is not supported (line 1 of the template)");
                        });
    }
}
