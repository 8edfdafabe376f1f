package dev.weightsmith.model;

import dev.weightsmith.error.FileException;
import dev.weightsmith.format.gguf.GgufLayout;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.llama.GgufMetadata;
import dev.weightsmith.llama.ModelName;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Plans GGUF files of a model: one, or several types of the same from one reading.
public final class GgufOutput {
    private final LlamaModel model;
    private final OutputOptions options;
    private final SequencedMap<String, Recipe> tensors;
    private final Optional<TokenizerFiles> tokenizer;

    /// @throws FileException if the tokenizer's files cannot be read
    public GgufOutput(LlamaModel model, OutputOptions options) throws IOException {
        this.model = model;
        this.options = options;
        this.tensors = tensors(model);
        this.tokenizer =
                model.tokenizer() instanceof LlamaModel.Tokenizer.Folder folder
                        ? TokenizerFiles.read(folder.path())
                        : Optional.empty();
    }

    /// A plan of one file.
    public Plan plan(Path target, TensorTypes types) throws IOException {
        String name = String.valueOf(target.getFileName());
        return new Plan(target, false, List.of(file(name, 0, types)), List.of());
    }

    /// One file.
    ///
    /// @param lane files of different lanes are written side by side from one reading
    public Plan.TensorFile file(String name, int lane, TensorTypes types) throws IOException {
        List<PlannedTensor> planned = planned(types);
        return new Plan.TensorFile(
                name,
                lane,
                GgufLayout.of(
                        metadata(name, types.fileType()),
                        planned.stream().map(PlannedTensor::info).toList()),
                planned);
    }

    /// The tensors as one file holds them, in file order.
    public List<PlannedTensor> planned(TensorTypes types) {
        return tensors.entrySet().stream()
                .map(entry ->
                        new PlannedTensor(
                                entry.getKey(), typed(entry.getKey(), entry.getValue(), types)))
                .toList();
    }

    /// The tensors under their GGUF names and in GGUF's rotary order, sorted as llama.cpp's
    /// quantizer sorts them.
    public SequencedMap<String, Recipe> tensors() {
        return tensors;
    }

    /// The metadata of one file.
    ///
    /// @param fileName names the model where nothing else does
    public SequencedMap<String, GgufValue> metadata(String fileName, int fileType)
            throws IOException {
        long parameters = tensors.values().stream().mapToLong(t -> t.shape().elements()).sum();
        String stem = fileName.replaceFirst("\\.gguf$", "");
        ModelName name =
                options.name()
                        .or(this::formerName)
                        .map(given -> ModelName.of(given, parameters))
                        .orElseGet(() -> ModelName.of(model.config(), stem, parameters));
        SequencedMap<String, GgufValue> values =
                new GgufMetadata(
                                model.config(),
                                tokenizer,
                                ModelTexts.generationConfig(model),
                                chatTemplates(),
                                name,
                                parameters,
                                fileType)
                        .values();
        if (model.tokenizer() instanceof LlamaModel.Tokenizer.Gguf gguf) {
            gguf.metadata()
                    .forEach((key, value) -> {
                        if (key.startsWith("tokenizer.")) {
                            values.put(key, value);
                        }
                    });
            options.chatTemplate()
                    .ifPresent(template ->
                            values.put("tokenizer.chat_template", new GgufValue.Text(template)));
        }
        return values;
    }

    /// What a GGUF model was called before.
    private Optional<String> formerName() {
        return model.tokenizer() instanceof LlamaModel.Tokenizer.Gguf gguf
                        && gguf.metadata().get("general.name")
                                instanceof GgufValue.Text(String name)
                        && !name.isBlank()
                ? Optional.of(name)
                : Optional.empty();
    }

    private ChatTemplates chatTemplates() {
        return options.chatTemplate()
                .map(ChatTemplates::of)
                .orElseGet(() ->
                        tokenizer
                                .map(TokenizerFiles::chatTemplates)
                                .orElseGet(ChatTemplates::none));
    }

    private static Recipe typed(String name, Recipe recipe, TensorTypes types) {
        DType type = types.type(name, recipe);
        return recipe.dtype() == type
                ? recipe
                : new Recipe.Cast(recipe, type, types.importance(name));
    }

    private static SequencedMap<String, Recipe> tensors(LlamaModel model) {
        var sorted = new TreeMap<String, Recipe>(TensorNames.ggufOrder());
        model.tensors()
                .forEach((canonical, recipe) ->
                        sorted.put(
                                TensorNames.GGUF.of(canonical).orElseThrow(),
                                TensorNames.rotaryHeads(canonical, model.config())
                                        .map(heads ->
                                                recipe.rotary(heads, RotaryLayout.INTERLEAVED))
                                        .orElse(recipe)));
        List<Float> frequencies = GgufMetadata.ropeFrequencies(model.config());
        if (!frequencies.isEmpty()) {
            sorted.put(
                    TensorNames.ROPE_FREQUENCIES,
                    new Recipe.Constant(Shape.of(frequencies.size()), frequencies));
        }
        return new LinkedHashMap<>(sorted);
    }

    /// The floating type that a model gets where none is asked for: BF16 stays, all else is F16.
    public static DType defaultType(LlamaModel model) {
        Recipe embedding = model.tensors().get(TensorNames.EMBEDDING);
        return embedding != null && embedding.dtype() == DType.BF16 ? DType.BF16 : DType.F16;
    }
}
