package dev.weightsmith.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.safetensors.SafetensorsLayout;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Plans a Hugging Face folder: safetensors, index, configuration, tokenizer.
public final class HuggingFaceOutput {
    /// By layer number, so that files fill in the order in which a model computes.
    private static final Comparator<PlannedTensor> ORDER =
            Comparator.comparing(
                    tensor -> TensorNames.GGUF.of(tensor.name()).orElse(tensor.name()),
                    TensorNames.ggufOrder());

    private HuggingFaceOutput() {}

    /// @throws FileException if the tokenizer's files cannot be read or do not fit the model
    /// @throws PlanException if a tensor stays quantized
    public static Plan plan(LlamaModel model, Path target, OutputOptions options)
            throws IOException {
        List<PlannedTensor> tensors =
                model.tensors().entrySet().stream()
                        .map(entry ->
                                new PlannedTensor(
                                        entry.getKey(), typed(entry.getValue(), options.type())))
                        .sorted(ORDER)
                        .toList();
        requireWritable(model, tensors);
        var files = new ArrayList<Plan.TensorFile>();
        var index = new TreeMap<String, String>();
        List<List<PlannedTensor>> shards = Shards.fill(tensors, options.shardBytes());
        for (int i = 0; i < shards.size(); i++) {
            String name = name(i, shards.size());
            List<PlannedTensor> shard = shards.get(i);
            shard.forEach(tensor -> index.put(tensor.name(), name));
            var layout =
                    SafetensorsLayout.of(
                            shard.stream().map(PlannedTensor::info).toList(),
                            Map.of("format", "pt"));
            files.add(new Plan.TensorFile(name, 0, layout, shard));
        }
        var texts = new ArrayList<Plan.TextFile>();
        if (shards.size() > 1) {
            texts.add(new Plan.TextFile("model.safetensors.index.json", index(index, tensors)));
        }
        texts.addAll(ModelTexts.of(model, mainType(tensors)));
        return new Plan(target, true, files, texts);
    }

    private static void requireWritable(LlamaModel model, List<PlannedTensor> tensors) {
        for (PlannedTensor tensor : tensors) {
            if (tensor.recipe().dtype().isQuantized()) {
                throw new PlanException(
                        Problem.of(
                                        ErrorKind.UNSUPPORTED,
                                        model.path(),
                                        "tensor "
                                                + Printable.name(tensor.name())
                                                + " is "
                                                + tensor.recipe().dtype()
                                                + ", which safetensors does not have")
                                .withHint("choose a type: --type F32, F16 or BF16"));
            }
        }
    }

    private static Recipe typed(Recipe recipe, Optional<DType> type) {
        return type.map(recipe::as).orElse(recipe);
    }

    /// The type of the embedding, which `config.json` calls the model's.
    private static DType mainType(List<PlannedTensor> tensors) {
        return tensors.stream()
                .filter(tensor -> tensor.name().equals(TensorNames.EMBEDDING))
                .findFirst()
                .orElseThrow()
                .recipe()
                .dtype();
    }

    private static String name(int shard, int shards) {
        return shards == 1
                ? "model.safetensors"
                : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", shard + 1, shards);
    }

    private static byte[] index(Map<String, String> files, List<PlannedTensor> tensors)
            throws IOException {
        var json = new JsonMapper();
        ObjectNode root = json.createObjectNode();
        root.putObject("metadata")
                .put("total_size", tensors.stream().mapToLong(t -> t.info().bytes()).sum());
        ObjectNode map = root.putObject("weight_map");
        files.forEach(map::put);
        return json.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    }
}
