package dev.weightsmith.model;

import dev.weightsmith.digest.FileDigester;
import dev.weightsmith.digest.KnownFile;
import dev.weightsmith.digest.KnownFiles;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.lora.LoraAdapter;
import dev.weightsmith.tokenizer.KnownVocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Recognises published adapters by the SHA-256 of their weights.
///
/// Weights are read only where they can be published ones: in a file of such a name, in a folder or
/// archive called like the model or with the vocabulary of its family.
public record DigestedAdapters(KnownFiles known, Progress progress) implements PublishedAdapters {
    @Override
    public Optional<String> model(LoraAdapter adapter) throws IOException {
        List<Path> files = adapter.weights().files();
        if (files.size() != 1 || !canBePublished(adapter, files.getFirst())) {
            return Optional.empty();
        }
        return known.find(FileDigester.digest(files.getFirst(), progress)).stream()
                .map(KnownFile::model)
                .findFirst();
    }

    private boolean canBePublished(LoraAdapter adapter, Path file) {
        String name = String.valueOf(file.getFileName());
        Optional<String> family =
                adapter.vocabulary().stream()
                        .mapToObj(KnownVocabulary::ofSize)
                        .flatMap(Optional::stream)
                        .map(KnownVocabulary::title)
                        .findFirst();
        return Stream.concat(
                        known.called(adapter.name(), name).stream(),
                        known.named(name).stream()
                                .filter(published ->
                                        family.isPresent() && published.family().equals(family)))
                .findAny()
                .isPresent();
    }
}
