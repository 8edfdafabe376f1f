package dev.weightsmith.model;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.llama.LlamaConfig;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.lora.Companions;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tokenizer.TemplateChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/// A LLaMA model, of whatever container, in one form: its configuration, and its tensors under
/// Hugging Face names with rotary rows in Hugging Face order.
///
/// What the containers do differently (names, shards, row orders) has become part of the recipes;
/// nothing is read yet.
///
/// @param path the file or folder it was opened from
/// @param container in the words of its users, for example `Meta, 2 shards`
/// @param tensors in the order of the files
/// @param tokenizer where the tokenizer comes from
/// @param stateDicts the dicts of a Hugging Face model in PyTorch files, file by file, with buffers
///   that are no weights; empty for other containers
/// @param sources the open files that the recipes read, those of adapters included
/// @param companions what else the output has from the model's folder or from adapters
/// @param templates where its chat template may come from
public record LlamaModel(
        Path path,
        String container,
        LlamaConfig config,
        SequencedMap<String, Recipe> tensors,
        Tokenizer tokenizer,
        List<SequencedMap<String, Recipe>> stateDicts,
        Sources sources,
        Companions companions,
        TemplateSources templates)
        implements AutoCloseable {

    /// Where a model's vocabulary is described.
    public sealed interface Tokenizer {
        /// Tokenizer files in a folder.
        record Folder(Path path) implements Tokenizer {}

        /// The `tokenizer.*` keys of a GGUF file.
        record Gguf(SequencedMap<String, GgufValue> metadata) implements Tokenizer {}

        /// Nowhere: the folder holds none.
        record None() implements Tokenizer {}
    }

    /// Opens a Hugging Face folder, a Meta folder, a GGUF file or a file of weights beside its
    /// `config.json`; which it is, the content tells.
    ///
    /// @throws dev.weightsmith.error.FileException if it is malformed, not a LLaMA model, or its
    ///   tensors are not those of its configuration
    public static LlamaModel open(Path path) throws IOException {
        return open(path, "model");
    }

    /// The same for a job that reads several models.
    ///
    /// @param role that its files have in the job: see [Sources#of]
    public static LlamaModel open(Path path, String role) throws IOException {
        LlamaModel model = ModelOpener.open(path, role);
        try {
            return model.withCompanions(ModelTexts.companions(model));
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /// A model with nothing else in its folder.
    LlamaModel(
            Path path,
            String container,
            LlamaConfig config,
            SequencedMap<String, Recipe> tensors,
            Tokenizer tokenizer,
            List<SequencedMap<String, Recipe>> stateDicts,
            Sources sources) {
        this(
                path,
                container,
                config,
                tensors,
                tokenizer,
                stateDicts,
                sources,
                Companions.none(),
                TemplateSources.of(tokenizer));
    }

    public LlamaModel {
        tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
        stateDicts = List.copyOf(stateDicts);
    }

    /// The same model with other tensors, such as the folded ones. The embedding's rows are the
    /// vocabulary.
    public LlamaModel withTensors(SequencedMap<String, Recipe> other) {
        Recipe embedding = Objects.requireNonNull(other.get(TensorNames.EMBEDDING));
        LlamaConfig grown =
                config.withVocabulary(
                        Math.toIntExact(embedding.shape().rows()),
                        !other.containsKey(TensorNames.OUTPUT));
        return new LlamaModel(
                path,
                container,
                grown,
                other,
                tokenizer,
                stateDicts,
                sources,
                companions,
                templates);
    }

    /// The same model whose recipes read other files, too.
    LlamaModel reading(Sources other) {
        return new LlamaModel(
                path,
                container,
                config,
                tensors,
                tokenizer,
                stateDicts,
                sources.and(other),
                companions,
                templates);
    }

    /// The tensors with the files that they are read from.
    public Tensors readable() {
        return new Tensors(tensors, sources);
    }

    /// The same model with another vocabulary.
    public LlamaModel withTokenizer(Tokenizer other) {
        return new LlamaModel(
                path,
                container,
                config,
                tensors,
                other,
                stateDicts,
                sources,
                companions,
                templates.and(other));
    }

    /// The same model, which such adapters have made what it is.
    LlamaModel withTemplatesOf(List<TemplateChoice.Adapter> adapters) {
        return new LlamaModel(
                path,
                container,
                config,
                tensors,
                tokenizer,
                stateDicts,
                sources,
                companions,
                templates.withAdapters(adapters));
    }

    /// The chat template that the model gets where it is written.
    ///
    /// @param asked by the user
    /// @throws dev.weightsmith.error.FileException if a file with one cannot be read
    public TemplateChoice template(Optional<TemplateChoice.Asked> asked) throws IOException {
        return TemplateChoice.of(
                asked, templates.adapters(), templates.own(), config.vocabularySize());
    }

    /// The same tensors as another configuration describes them.
    LlamaModel withConfig(LlamaConfig other) {
        return new LlamaModel(
                        path,
                        container,
                        other,
                        tensors,
                        tokenizer,
                        stateDicts,
                        sources,
                        companions,
                        templates)
                .withTensors(tensors);
    }

    /// The same model with other files beside it.
    LlamaModel withCompanions(Companions other) {
        return new LlamaModel(
                path, container, config, tensors, tokenizer, stateDicts, sources, other, templates);
    }

    /// The same model without Python files and without what names them.
    public LlamaModel withoutRemoteCode() {
        return withConfig(config.withoutRemoteCode())
                .withCompanions(companions.withoutRemoteCode());
    }

    /// Checks what can only be known after reading: see [Checkpoint#verify].
    ///
    /// @throws dev.weightsmith.error.FileException naming the first file that does not hold
    public void verify() throws IOException {
        sources.verify();
    }

    @Override
    public void close() throws IOException {
        sources.close();
    }
}
