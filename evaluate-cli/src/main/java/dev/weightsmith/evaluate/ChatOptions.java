package dev.weightsmith.evaluate;

import dev.weightsmith.inference.ChatPrompt;
import dev.weightsmith.inference.SpecialTokens;
import dev.weightsmith.model.Model;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.TextEncoder;
import dev.weightsmith.tokenizer.Vocabulary;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How a message becomes what a model is asked.
final class ChatOptions {
    @Option(
            names = "--template",
            paramLabel = "alpaca|llama2|FILE",
            description =
                    "The chat template: one that comes with Weightsmith, or FILE with one in Jinja"
                            + " (default: the model's own, run as transformers runs it).")
    private Optional<String> template = Optional.empty();

    @Option(
            names = "--system",
            paramLabel = "TEXT",
            description = "What the chat template tells the model first.")
    private Optional<String> system = Optional.empty();

    /// @throws dev.weightsmith.error.PlanException if neither the model nor an option has a
    ///   template
    Chat of(Model model, Vocabulary vocabulary) throws IOException {
        String jinja =
                template.isPresent()
                        ? ChatTemplates.named(template.get())
                        : ChatPrompt.template(
                                model.path(), vocabulary.templates(), vocabulary.pieces().size());
        var prompt = new ChatPrompt(model.path(), jinja, SpecialTokens.of(model, vocabulary));
        return new Chat(prompt, system, new TextEncoder(vocabulary));
    }

    /// Turns messages into token ids.
    record Chat(ChatPrompt prompt, Optional<String> system, TextEncoder encoder) {
        int[] ids(String message) {
            return encoder.encode(prompt.of(system, message), true);
        }
    }
}
