package dev.weightsmith.digest;

import java.util.Optional;

/// One file of a published list.
///
/// @param group what kind of file it is, in the list's words
/// @param model which model it belongs to
/// @param part which of several parts it is, where there are several
/// @param name what the file is usually called
/// @param family models of one family share a tokenizer
/// @param title what it is, where the list's words for the model mislead
public record KnownFile(
        String group,
        String model,
        Optional<String> part,
        Optional<String> name,
        Optional<String> family,
        Optional<String> title,
        Digest digest) {
    private static final String TOKENIZER = "tokenizer.model";

    /// Whether it is a vocabulary, which several models share.
    boolean isTokenizer() {
        return group.equals(TOKENIZER);
    }

    /// Whether it belongs to the same set of files as `other`.
    boolean isOfSameSet(KnownFile other) {
        return group.equals(other.group) && model.equals(other.model);
    }

    /// For example `33B (original LLaMA, consolidated.NN.pth)`: what all files of the set are.
    public String setName() {
        return shown("");
    }

    /// For example `33B, part 02 (original LLaMA, consolidated.NN.pth)`.
    @Override
    public String toString() {
        return shown(part.map(", part %s"::formatted).orElse(""));
    }

    private String shown(String which) {
        return "%s%s (%s)".formatted(title.orElse(model), which, group);
    }
}
