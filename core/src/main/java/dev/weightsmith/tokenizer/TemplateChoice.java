package dev.weightsmith.tokenizer;

import dev.weightsmith.error.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// Which chat templates a model gets, and why.
///
/// What the user asks for counts most; then what the last adapter brings that brings any; what is
/// recognised of the adapters; what the base says; what is recognised of the base. So a model says
/// for itself what it is, and where adapters make another one of it, they do.
///
/// @param why for people, without the model's name
public record TemplateChoice(ChatTemplates templates, String why) {
    /// What the user asks for.
    ///
    /// @param name in the user's words
    public record Asked(String name, ChatTemplates templates) {
        private static final String NONE = "none";

        /// @param option `none`, a built-in template's name, or that of a file
        public static Asked of(String option) throws IOException {
            return new Asked(
                    option,
                    option.equals(NONE)
                            ? ChatTemplates.none()
                            : ChatTemplates.of(ChatTemplates.named(option)));
        }

        /// The file that such an option names.
        public static Optional<Path> file(String option) {
            return option.equals(NONE) ? Optional.empty() : ChatTemplates.file(option);
        }
    }

    /// What is known of an adapter.
    ///
    /// @param name of its folder or archive
    /// @param own what its files say
    /// @param published the model whose published adapter it is, as its digest tells
    /// @param vocabulary rows of the embedding that it brings
    public record Adapter(
            String name, ChatTemplates own, Optional<String> published, OptionalLong vocabulary) {
        private String shown() {
            return Printable.text(name);
        }

        private boolean isCalledAlpaca() {
            return name.toLowerCase(Locale.ROOT).contains("alpaca");
        }
    }

    /// Chooses.
    ///
    /// @param adapters in the order in which they are folded
    /// @param base what the model's files say that they are folded into
    /// @param vocabulary rows of the embedding of what the fold makes
    public static TemplateChoice of(
            Optional<Asked> asked, List<Adapter> adapters, ChatTemplates base, long vocabulary) {
        if (asked.isPresent()) {
            return because(asked.get().templates(), asked.get().name(), "as asked for");
        }
        Optional<Adapter> last =
                adapters.reversed().stream().filter(a -> !a.own().isEmpty()).findFirst();
        if (last.isPresent()) {
            return because(last.get().own(), "which %s brings".formatted(last.get().shown()));
        }
        Optional<KnownVocabulary> known = KnownVocabulary.ofSize(vocabulary);
        Optional<TemplateChoice> recognised =
                ofPublished(adapters).or(() -> known.flatMap(v -> ofVocabulary(v, adapters)));
        if (recognised.isPresent()) {
            return recognised.get();
        }
        if (!base.isEmpty()) {
            return because(
                    base, adapters.isEmpty() ? "as its files say" : "as the base's files say");
        }
        if (known.equals(Optional.of(KnownVocabulary.CHINESE_ALPACA))) {
            return ofVocabulary(KnownVocabulary.CHINESE_ALPACA);
        }
        return because(
                ChatTemplates.none(),
                "for no file brings one and none is recognised: --chat-template gives one");
    }

    private static Optional<TemplateChoice> ofPublished(List<Adapter> adapters) {
        for (Adapter adapter : adapters.reversed()) {
            String model = adapter.published().orElse("");
            if (model.contains("Alpaca")) {
                KnownVocabulary family =
                        model.contains("Alpaca-2")
                                ? KnownVocabulary.SECOND_GENERATION
                                : KnownVocabulary.CHINESE_ALPACA;
                return Optional.of(
                        because(
                                builtIn(family),
                                "for %s is %s by its SHA-256".formatted(adapter.shown(), model)));
            }
        }
        return Optional.empty();
    }

    /// The second generation has one vocabulary for models that chat and models that do not.
    private static Optional<TemplateChoice> ofVocabulary(
            KnownVocabulary vocabulary, List<Adapter> adapters) {
        return switch (vocabulary) {
            case LLAMA, CHINESE_LLAMA -> Optional.empty();
            case CHINESE_ALPACA ->
                    adapters.stream()
                            .filter(adapter -> adapter.vocabulary().isPresent())
                            .map(_ -> ofVocabulary(vocabulary))
                            .findFirst();
            case SECOND_GENERATION ->
                    adapters.reversed().stream()
                            .filter(Adapter::isCalledAlpaca)
                            .map(adapter ->
                                    because(
                                            builtIn(vocabulary),
                                            "for the vocabulary is the second generation's and %s is called alpaca"
                                                    .formatted(adapter.shown())))
                            .findFirst();
        };
    }

    private static TemplateChoice ofVocabulary(KnownVocabulary vocabulary) {
        return because(
                builtIn(vocabulary), "for the vocabulary is %s's".formatted(vocabulary.title()));
    }

    private static ChatTemplates builtIn(KnownVocabulary vocabulary) {
        return ChatTemplates.of(ChatTemplates.builtIn(vocabulary.chatTemplate().orElseThrow()));
    }

    private static TemplateChoice because(ChatTemplates templates, String why) {
        return because(templates, templates.title(), why);
    }

    private static TemplateChoice because(ChatTemplates templates, String title, String why) {
        return new TemplateChoice(
                templates, "chat template: %s, %s".formatted(Printable.text(title), why));
    }
}
