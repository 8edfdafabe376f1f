package dev.weightsmith.model;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.llama.GgufChatTemplates;
import dev.weightsmith.llama.GgufMetadata;
import dev.weightsmith.llama.ModelName;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/// A model as llama.cpp's converter would write it: its tensors and metadata in GGUF's terms.
public final class GgufOutput {
    private final LlamaModel model;
    private final OutputOptions options;
    private final SequencedMap<String, Recipe> tensors;
    private final Optional<TokenizerFiles> tokenizer;
    private final ChatTemplates chatTemplates;

    /// @throws FileException if the files of tokenizer or chat template cannot be read
    public GgufOutput(LlamaModel model, OutputOptions options) throws IOException {
        this.model = model;
        this.options = options;
        this.tensors = tensors(model);
        this.tokenizer =
                model.tokenizer() instanceof LlamaModel.Tokenizer.Folder folder
                        ? TokenizerFiles.read(folder.path())
                        : Optional.empty();
        this.chatTemplates = model.template(options.chatTemplate()).templates();
    }

    /// The type of the matrices: the one asked for, else what [#defaultType] says.
    public DType type() {
        return options.type().orElseGet(() -> defaultType(model));
    }

    /// The tensors under their GGUF names and in GGUF's rotary order, sorted as llama.cpp's
    /// quantizer sorts them.
    public List<PlannedTensor> tensors() {
        return tensors.entrySet().stream()
                .map(tensor ->
                        new PlannedTensor(
                                tensor.getKey(), typed(tensor.getKey(), tensor.getValue())))
                .toList();
    }

    /// The metadata.
    ///
    /// @param fileName names the model where nothing else does
    /// @param fileType llama.cpp's number for [#type]
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
                                model.companions().generation(),
                                chatTemplates,
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
            GgufChatTemplates.put(values, chatTemplates);
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

    /// Vectors and norms are F32, as llama.cpp wants them. What is quantized stays so here: to
    /// quantize it again is for the user to allow.
    private Recipe typed(String name, Recipe tensor) {
        if (!tensor.dtype().isPlainFloat()) {
            return tensor;
        }
        boolean small = tensor.shape().rank() < 2 || name.endsWith("_norm.weight");
        return tensor.as(small ? DType.F32 : type());
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

    /// The type of files of a model for which none is asked: [#defaultType], as llama.cpp's
    /// converter has it, but what is quantized does not become four times as large unasked.
    ///
    /// @throws PlanException if a tensor is quantized
    public static DType unaskedType(LlamaModel model) {
        for (Recipe tensor : model.tensors().values()) {
            if (tensor.dtype().isQuantized()) {
                throw new PlanException(
                        Problem.of(
                                        ErrorKind.UNSUPPORTED,
                                        model.path(),
                                        "is quantized (%s), and no type is given for the changed model"
                                                .formatted(tensor.dtype()))
                                .withHint("choose a type, for example --type F16"));
            }
        }
        return defaultType(model);
    }

    /// The floating type that a model is made before it is quantized: BF16 stays, all else is F16.
    public static DType defaultType(LlamaModel model) {
        Recipe embedding = model.tensors().get(TensorNames.EMBEDDING);
        return embedding != null && embedding.dtype() == DType.BF16 ? DType.BF16 : DType.F16;
    }
}
