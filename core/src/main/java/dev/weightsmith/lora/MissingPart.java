package dev.weightsmith.lora;

import dev.weightsmith.error.Finding;
import dev.weightsmith.tokenizer.KnownVocabulary;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Tells where an adapter is folded into a model that lacks the part that it was trained on, such
/// as the second adapter of a stack given alone. All shapes fit, and the result talks nonsense.
///
/// Chinese-Alpaca-Plus and -Pro were trained on Chinese-LLaMA-Plus, whatever their size;
/// Chinese-Alpaca, of the same vocabulary, on plain LLaMA.
///
/// @param published the models whose published adapters some are, as their digests tell
/// @param strict whether it is an error where the missing part is known
public record MissingPart(Map<LoraAdapter, String> published, boolean strict) {
    private static final Pattern PLUS_OR_PRO =
            Pattern.compile("(?<![a-z])(plus|pro)(?![a-z])", Pattern.CASE_INSENSITIVE);
    private static final Pattern ALPACA = Pattern.compile("alpaca", Pattern.CASE_INSENSITIVE);

    private static final String WAY_OUT =
            "give the Chinese-LLaMA-Plus adapter of the same size with --lora before it";

    public MissingPart {
        published = Map.copyOf(published);
    }

    /// What there is to say of an adapter that grows the vocabulary.
    ///
    /// @param before rows of the embedding that it is folded into
    /// @param after rows that it brings
    /// @param tokenizer that it brings
    Optional<Finding> in(
            LoraAdapter adapter, long before, long after, Optional<TokenizerSize> tokenizer) {
        long own = Math.max(1, tokenizer.map(TokenizerSize::own).orElse(0));
        if (after - own <= before) {
            return Optional.empty();
        }
        Optional<String> model = Optional.ofNullable(published.get(adapter));
        if (standsOnLlamaPlus(model.orElse(adapter.name()))) {
            return Optional.of(known(adapter, trainedOnLlamaPlus(model, before), WAY_OUT));
        }
        Optional<KnownVocabulary> becomes = KnownVocabulary.ofSize(after);
        if (becomes.isEmpty()) {
            return unknown(adapter, before, after, tokenizer);
        }
        boolean alpaca = becomes.get() == KnownVocabulary.CHINESE_ALPACA && model.isEmpty();
        boolean plain = KnownVocabulary.ofSize(before).equals(Optional.of(KnownVocabulary.LLAMA));
        if (!alpaca || !plain) {
            return Optional.empty();
        }
        return Optional.of(
                ALPACA.matcher(adapter.name()).find()
                        ? Finding.note(
                                adapter.source(),
                                "is folded into plain LLaMA: right for Chinese-Alpaca, but a"
                                        + " Chinese-Alpaca-Plus adapter needs Chinese-LLaMA-Plus"
                                        + " before it")
                        : known(
                                adapter,
                                "brings the vocabulary of Chinese-Alpaca to plain LLaMA: right for"
                                        + " Chinese-Alpaca itself, but Chinese-Alpaca-Plus and"
                                        + " -Pro were trained on Chinese-LLaMA-Plus",
                                "%s if it is one of these, or call its folder chinese-alpaca if it is not"
                                        .formatted(WAY_OUT)));
    }

    private static boolean standsOnLlamaPlus(String name) {
        return ALPACA.matcher(name).find() && PLUS_OR_PRO.matcher(name).find();
    }

    private static String trainedOnLlamaPlus(Optional<String> model, long before) {
        return "is %s, which was trained on Chinese-LLaMA-Plus, but the model that it is folded into has a vocabulary of %s"
                .formatted(
                        model.map(name -> name + " by its SHA-256")
                                .orElse("called Chinese-Alpaca-Plus or -Pro"),
                        KnownVocabulary.describe(before));
    }

    private Finding known(LoraAdapter adapter, String message, String hint) {
        return strict
                ? Finding.error(adapter.source(), message, hint)
                : Finding.warning(adapter.source(), message, hint);
    }

    /// A tokenizer that names the last tokens one by one was that of a model without them.
    private static Optional<Finding> unknown(
            LoraAdapter adapter, long before, long after, Optional<TokenizerSize> tokenizer) {
        if (tokenizer.isEmpty()) {
            return Optional.of(
                    Finding.warning(
                            adapter.source(),
                            "grows the vocabulary from %d to %d, but brings no tokenizer that says what the new tokens are"
                                    .formatted(before, after),
                            "if another adapter of a stack brings it, give that one before this;"
                                    + " else put the tokenizer's files beside the adapter"));
        }
        int own = tokenizer.get().own();
        int trainedOn = tokenizer.get().tokens() - own;
        return own > 0 && trainedOn > before
                ? Optional.of(
                        Finding.warning(
                                adapter.source(),
                                "adds %s to a vocabulary of %d, but is folded into a model of %d: it seems to stand on another adapter"
                                        .formatted(
                                                own == 1 ? "1 token" : own + " tokens",
                                                trainedOn,
                                                before),
                                "give that one with --lora before it, if there is one"))
                : Optional.empty();
    }
}
