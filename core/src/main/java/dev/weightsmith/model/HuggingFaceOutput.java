package dev.weightsmith.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.safetensors.SafetensorsLayout;
import dev.weightsmith.format.torch.TorchZipLayout;
import dev.weightsmith.json.JsonText;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.llama.RopeScaling;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Plans a Hugging Face folder: weights, index, configuration, tokenizer.
public final class HuggingFaceOutput {
    /// What holds the weights.
    public enum Container {
        SAFETENSORS("model", ".safetensors"),
        /// PyTorch files, byte for byte as PyTorch 1.13 writes them.
        BIN("pytorch_model", ".bin");

        private final String stem;
        private final String ending;

        Container(String stem, String ending) {
            this.stem = stem;
            this.ending = ending;
        }

        private String fileName(int shard, int shards) {
            return shards == 1
                    ? stem + ending
                    : String.format(
                            Locale.ROOT, "%s-%05d-of-%05d%s", stem, shard + 1, shards, ending);
        }

        private String indexName() {
            return stem + ending + ".index.json";
        }

        private FileLayout layout(String fileName, List<TensorInfo> tensors) {
            return switch (this) {
                case SAFETENSORS -> SafetensorsLayout.of(tensors, Map.of("format", "pt"));
                case BIN -> TorchZipLayout.of(fileName, tensors);
            };
        }
    }

    private final LlamaModel model;
    private final OutputOptions options;
    private final Container container;

    private HuggingFaceOutput(LlamaModel model, OutputOptions options, Container container) {
        this.model = model;
        this.options = options;
        this.container = container;
    }

    /// A folder of safetensors.
    ///
    /// @throws FileException if the tokenizer's files cannot be read or do not fit the model
    /// @throws PlanException if a tensor stays quantized
    public static Plan plan(LlamaModel model, OutputOptions options) throws IOException {
        return plan(model, options, Container.SAFETENSORS);
    }

    /// A folder of weights in `container`.
    ///
    /// @throws FileException if the tokenizer's files cannot be read or do not fit the model
    public static Plan plan(LlamaModel model, OutputOptions options, Container container)
            throws IOException {
        return new HuggingFaceOutput(model, options, container).plan();
    }

    private Plan plan() throws IOException {
        requireSayableRopeScaling();
        List<List<PlannedTensor>> shards = shards();
        shards.forEach(shard -> FloatWeights.require(model, shard, "a Hugging Face model"));
        var files = new ArrayList<Plan.TensorFile>();
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        long bytes = 0;
        for (int i = 0; i < shards.size(); i++) {
            String name = container.fileName(i, shards.size());
            List<PlannedTensor> shard = shards.get(i);
            for (PlannedTensor tensor : shard) {
                map.put(tensor.name(), name);
                bytes += tensor.info().bytes();
            }
            files.add(
                    Plan.TensorFile.of(
                            name,
                            container.layout(
                                    name, shard.stream().map(PlannedTensor::info).toList()),
                            shard));
        }
        var texts = new ArrayList<Plan.TextFile>();
        if (shards.size() > 1) {
            texts.add(
                    new Plan.TextFile(container.indexName(), JsonText.indented(index(map, bytes))));
        }
        texts.addAll(ModelTexts.of(model, mainType(), options));
        return new Plan(true, files, texts);
    }

    /// The weights file by file. A model that already lies in PyTorch files keeps its files and
    /// their order, so that the result is the file that the reference scripts write.
    private List<List<PlannedTensor>> shards() {
        if (keepsFiles()) {
            var files = new ArrayList<>(model.stateDicts().stream().map(this::kept).toList());
            files.addLast(withUntiedHead(files.removeLast()));
            return files;
        }
        Comparator<String> order =
                switch (container) {
                    case SAFETENSORS ->
                            // By layer, as GGUF: files of both are then made from one reading.
                            Comparator.comparing(
                                    name -> TensorNames.GGUF.of(name).orElse(name),
                                    TensorNames.ggufOrder());
                    case BIN -> StateDictOrder.byName();
                };
        List<PlannedTensor> tensors =
                model.tensors().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey(order))
                        .map(tensor -> planned(tensor.getKey(), tensor.getValue()))
                        .toList();
        return Shards.fill(tensors, options.shardBytes());
    }

    private boolean keepsFiles() {
        return container == Container.BIN && !model.stateDicts().isEmpty();
    }

    private List<PlannedTensor> kept(SequencedMap<String, Recipe> stateDict) {
        return stateDict.entrySet().stream()
                .map(stored -> {
                    String name = stored.getKey();
                    Recipe weight = weight(name);
                    return weight == null
                            ? new PlannedTensor(name, stored.getValue())
                            : planned(name, weight);
                })
                .toList();
    }

    /// The files of a tied model may have its one matrix under both names.
    private @Nullable Recipe weight(String name) {
        boolean tied = name.equals(TensorNames.OUTPUT) && model.config().tiedEmbeddings();
        return model.tensors().get(tied ? TensorNames.EMBEDDING : name);
    }

    /// An lm_head that an adapter has made of a tied model's embedding stands where PyTorch has it,
    /// at the end.
    private List<PlannedTensor> withUntiedHead(List<PlannedTensor> last) {
        Recipe head = model.tensors().get(TensorNames.OUTPUT);
        boolean stored =
                model.stateDicts().stream().anyMatch(dict -> dict.containsKey(TensorNames.OUTPUT));
        if (head == null || stored) {
            return last;
        }
        var all = new ArrayList<>(last);
        all.add(planned(TensorNames.OUTPUT, head));
        return all;
    }

    private PlannedTensor planned(String name, Recipe recipe) {
        return new PlannedTensor(name, options.type().map(recipe::as).orElse(recipe));
    }

    private void requireSayableRopeScaling() {
        if (model.config().ropeScaling() instanceof RopeScaling.Divisors) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    model.path(),
                                    "its rope scaling, the tensor rope_freqs.weight, is not Llama"
                                            + " 3.1's and has no name in a config.json")
                            .withHint("choose --format gguf"));
        }
    }

    /// The type of the embedding, which `config.json` calls the model's.
    private DType mainType() {
        Recipe embedding =
                Optional.ofNullable(model.tensors().get(TensorNames.EMBEDDING)).orElseThrow();
        return options.type().orElse(embedding.dtype());
    }

    /// A model that keeps its files keeps its index, whose order the reference scripts keep too.
    private ObjectNode index(ObjectNode files, long bytes) throws IOException {
        Path former = model.path().resolve(container.indexName());
        if (keepsFiles() && Files.isRegularFile(former)) {
            ObjectNode index = StrictJson.readObject(former);
            if (index.path("weight_map").equals(files)
                    && index.path("metadata") instanceof ObjectNode metadata) {
                metadata.put("total_size", bytes);
                return index;
            }
        }
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        index.putObject("metadata").put("total_size", bytes);
        index.set("weight_map", files);
        return index;
    }
}
