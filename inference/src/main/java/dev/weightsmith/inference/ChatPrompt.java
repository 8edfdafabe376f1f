package dev.weightsmith.inference;

import dev.weightsmith.chattemplate.JinjaTemplate;
import dev.weightsmith.chattemplate.TemplateException;
import dev.weightsmith.chattemplate.Value;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.KnownVocabulary;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A user's message in the words that a model was trained to answer: its chat template, run as
/// transformers runs it.
///
/// @param model for messages
/// @param template in Jinja
/// @param specialTokens their texts, by the names that templates know: `bos_token`
public record ChatPrompt(Path model, String template, Map<String, String> specialTokens) {
    private static final String HINT =
            "--template="
                    + String.join(" or ", ChatTemplates.BUILT_IN)
                    + " takes one that is known";

    /// The template of a model.
    ///
    /// @param own what the model's files say
    /// @param tokens in its vocabulary; those of the Chinese-Alpaca models are known
    /// @throws PlanException if there is none
    public static String template(Path model, ChatTemplates own, int tokens) {
        return own.standard()
                .or(() ->
                        KnownVocabulary.ofSize(tokens)
                                .flatMap(KnownVocabulary::chatTemplate)
                                .map(ChatTemplates::builtIn))
                .orElseThrow(() ->
                        new PlanException(
                                Problem.of(ErrorKind.MISMATCH, model, "has no chat template")
                                        .withHint(HINT)));
    }

    /// The text that the model goes on from.
    ///
    /// @param system what the model is told first, instead of the template's own
    /// @throws PlanException if the template cannot be run, or does not take these messages
    public String of(Optional<String> system, String message) {
        var messages = new ArrayList<Map<String, String>>();
        system.ifPresent(text -> messages.add(message("system", text)));
        messages.add(message("user", message));
        try {
            return JinjaTemplate.parse(template).render(variables(messages), LocalDateTime::now);
        } catch (TemplateException e) {
            throw new PlanException(problem(e, system.isPresent()));
        }
    }

    /// The order is that of transformers, which `tojson` shows.
    private static Map<String, String> message(String role, String content) {
        Map<String, String> message = new LinkedHashMap<>();
        message.put("role", role);
        message.put("content", content);
        return message;
    }

    private Map<String, Value> variables(List<Map<String, String>> messages) {
        var variables = new HashMap<String, Value>();
        specialTokens.forEach((name, text) -> variables.put(name, new Value.Text(text)));
        variables.put("messages", Value.messages(messages));
        variables.put("add_generation_prompt", Value.of(true));
        variables.put("tools", new Value.None());
        variables.put("documents", new Value.None());
        return variables;
    }

    private Problem problem(TemplateException e, boolean system) {
        String words = Printable.text(String.valueOf(e.getMessage()));
        return switch (e.kind()) {
            case MALFORMED -> unusable(ErrorKind.MALFORMED, words);
            case UNSUPPORTED -> unusable(ErrorKind.UNSUPPORTED, words);
            case REFUSED -> unusable(ErrorKind.REFUSED, words);
            case LIMIT -> unusable(ErrorKind.LIMIT, words);
            case RAISED -> {
                var problem =
                        Problem.of(ErrorKind.MISMATCH, model, "the chat template says: " + words);
                yield system ? problem.withHint("it may take no --system") : problem;
            }
        };
    }

    private Problem unusable(ErrorKind kind, String words) {
        return Problem.of(kind, model, "the chat template " + words).withHint(HINT);
    }
}
