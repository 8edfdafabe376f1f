package dev.weightsmith.evaluate;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.tokenizer.ChatTemplates;
import java.nio.file.Path;
import java.util.Optional;

/// A user's message in the words that a model was trained to answer.
///
/// The templates that come with Weightsmith are written out here: there is no Jinja interpreter,
/// and a model's own template is only known if it is one of them.
enum ChatPrompt {
    /// Chinese-Alpaca's.
    ALPACA(
            "alpaca",
            "Below is an instruction that describes a task. Write a response that appropriately"
                    + " completes the request.") {
        @Override
        String of(String system, String message) {
            return system + "\n\n### Instruction:\n\n" + message.strip() + "\n\n### Response:\n\n";
        }
    },
    /// Chinese-Alpaca-2's.
    LLAMA2("llama2", "You are a helpful assistant. 你是一个乐于助人的助手。") {
        @Override
        String of(String system, String message) {
            return "[INST] <<SYS>>\n" + system + "\n<</SYS>>\n\n" + message.strip() + " [/INST]";
        }
    };

    private final String name;
    private final String system;

    ChatPrompt(String name, String system) {
        this.name = name;
        this.system = system;
    }

    /// As users write it.
    @Override
    public String toString() {
        return name;
    }

    abstract String of(String system, String message);

    /// The text that the model goes on from.
    ///
    /// @param system what the model is told first, instead of the template's own
    String of(Optional<String> system, String message) {
        return of(system.map(String::strip).orElse(this.system), message);
    }

    /// The template of a model.
    ///
    /// @param templates what the model's files say
    /// @param tokens in its vocabulary; those of the Chinese-Alpaca models are known
    /// @throws PlanException if it is none of these
    static ChatPrompt of(Path model, ChatTemplates templates, int tokens) {
        Optional<String> own = templates.standard();
        if (own.isPresent()) {
            for (ChatPrompt prompt : values()) {
                Optional<String> builtIn = ChatTemplates.builtIn(prompt.name).standard();
                if (builtIn.map(String::strip).equals(own.map(String::strip))) {
                    return prompt;
                }
            }
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    model,
                                    "has a chat template of its own, which is not known here")
                            .withHint("--template=alpaca or llama2 takes one that is"));
        }
        return switch (tokens) {
            case 49954 -> ALPACA;
            case 55296 -> LLAMA2;
            default ->
                    throw new PlanException(
                            Problem.of(ErrorKind.MISMATCH, model, "has no chat template")
                                    .withHint("--template=alpaca or llama2 takes one"));
        };
    }
}
