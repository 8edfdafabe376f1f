package dev.weightsmith.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.tokenizer.ChatTemplates;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChatPromptTest {
    @ParameterizedTest
    @EnumSource(ChatPrompt.class)
    void aBuiltInTemplateIsRecognized(ChatPrompt prompt) {
        ChatTemplates own = ChatTemplates.builtIn(prompt.toString());
        assertThat(ChatPrompt.of(Path.of("m"), own, 32000)).isEqualTo(prompt);
    }

    @ParameterizedTest
    @EnumSource(ChatPrompt.class)
    void theTemplatesOwnSystemMessageIsUsed(ChatPrompt prompt) {
        String template = ChatTemplates.builtIn(prompt.toString()).standard().orElseThrow();
        String system = template.replaceAll("(?s).*?set system = '(.*?)'.*", "$1");
        assertThat(prompt.of(Optional.empty(), "x")).contains(system);
    }

    @Test
    void alpacasWordsAreThoseItWasTrainedOn() {
        assertThat(ChatPrompt.ALPACA.of(Optional.of("S"), " x\n"))
                .isEqualTo("S\n\n### Instruction:\n\nx\n\n### Response:\n\n");
    }

    @Test
    void llama2sWordsAreThoseItWasTrainedOn() {
        assertThat(ChatPrompt.LLAMA2.of(Optional.of("S"), " x\n"))
                .isEqualTo("[INST] <<SYS>>\nS\n<</SYS>>\n\nx [/INST]");
    }
}
