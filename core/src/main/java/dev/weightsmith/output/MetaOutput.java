package dev.weightsmith.output;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.architecture.Place;
import dev.weightsmith.architecture.World;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.config.ParamsJson;
import dev.weightsmith.config.RopeScaling;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.torch.TorchZipLayout;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.model.FloatWeights;
import dev.weightsmith.model.MetaShards;
import dev.weightsmith.model.Model;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;

/// Plans a Meta checkpoint: `consolidated.NN.pth`, `params.json`, tokenizer
/// (docs/specs/checkpoints.md#meta-checkpoints).
public final class MetaOutput {
    private static final String PARAMS = "params.json";

    private final Model model;
    private final ModelConfig config;
    private final OutputOptions options;
    private final int shards;

    private MetaOutput(Model model, OutputOptions options, int shards) {
        this.model = model;
        this.config = model.config();
        this.options = options;
        this.shards = shards;
    }

    /// @param shards files that the weights are split over; empty: as published for the size
    /// @throws PlanException if the model cannot be split into so many
    public static Plan plan(Model model, OutputOptions options, OptionalInt shards)
            throws IOException {
        return new MetaOutput(model, options, shards.orElse(published(model.config()))).plan();
    }

    /// In how many files Meta published models of that width.
    private static int published(ModelConfig config) {
        return switch (config.hiddenSize()) {
            case 5120 -> 2;
            case 6656 -> 4;
            case 8192 -> 8;
            default -> 1;
        };
    }

    private Plan plan() throws IOException {
        requireSayable();
        requireSplittable();
        SequencedMap<String, Recipe> whole = wholeTensors();
        var files = new ArrayList<Plan.TensorFile>();
        for (int shard = 0; shard < shards; shard++) {
            int index = shard;
            List<PlannedTensor> dict =
                    whole.entrySet().stream()
                            .map(t -> new PlannedTensor(t.getKey(), part(t, index)))
                            .toList();
            FloatWeights.require(model, dict, "a Meta checkpoint");
            String name = MetaShards.name(shard);
            files.add(
                    Plan.TensorFile.of(
                            name,
                            TorchZipLayout.of(
                                    name, dict.stream().map(PlannedTensor::info).toList()),
                            dict));
        }
        var texts = new ArrayList<Plan.TextFile>();
        texts.add(new Plan.TextFile(PARAMS, params()));
        texts.addAll(ModelTexts.tokenizer(model, options));
        return new Plan(true, files, texts);
    }

    /// The whole tensors under their Meta names and in Meta's rotary order. A tied output is
    /// written out: Meta's checkpoints always have one.
    private SequencedMap<String, Recipe> wholeTensors() {
        var tensors = new LinkedHashMap<String, Recipe>(model.tensors());
        Recipe embedding = tensors.get(Architecture.EMBEDDING);
        if (embedding != null) {
            tensors.putIfAbsent(Architecture.OUTPUT, embedding);
        }
        var whole = new LinkedHashMap<String, Recipe>();
        tensors.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(config.architecture().stateDictOrder()))
                .forEach(tensor -> {
                    Recipe recipe =
                            options.type().map(tensor.getValue()::as).orElse(tensor.getValue());
                    Place place = config.architecture().place(tensor.getKey()).orElseThrow();
                    whole.put(
                            config.architecture()
                                    .name(World.META, place)
                                    .orElseThrow(() ->
                                            unsayable(
                                                    "its tensor %s has"
                                                            .formatted(
                                                                    Printable.name(
                                                                            tensor.getKey())))),
                            place.rotaryHeads(config)
                                    .map(heads -> recipe.rotary(heads, RotaryLayout.INTERLEAVED))
                                    .orElse(recipe));
                });
        return whole;
    }

    /// What shard `shard` holds of a tensor.
    private Recipe part(Map.Entry<String, Recipe> tensor, int shard) {
        Recipe recipe = tensor.getValue();
        if (shards == 1) {
            return recipe;
        }
        return switch (MetaShards.split(tensor.getKey(), recipe.shape())) {
            case COPIES -> recipe;
            case ROWS -> {
                // What does not divide is the last shard's, as in the published files.
                long rows = recipe.shape().rows();
                long each = rows / shards;
                long first = shard * each;
                yield new Recipe.RowRange(recipe, first, shard == shards - 1 ? rows - first : each);
            }
            case COLUMNS -> {
                long each = recipe.shape().columns() / shards;
                yield new Recipe.ColumnRange(recipe, shard * each, each);
            }
        };
    }

    private void requireSplittable() {
        if (shards < 1
                || config.keyValueHeads() % shards != 0
                || config.heads() % shards != 0
                || config.intermediateSize() % shards != 0
                || config.hiddenSize() % shards != 0) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    model.path(),
                                    "a model with %d heads, %d key/value heads and a feed-forward size of %d does not split into %d shards"
                                            .formatted(
                                                    config.heads(),
                                                    config.keyValueHeads(),
                                                    config.intermediateSize(),
                                                    shards))
                            .withHint("choose --shards that divides them all"));
        }
    }

    /// A `params.json` says neither how positions are stretched nor how wide a head is, which
    /// Meta's code takes for the width divided by the heads.
    private void requireSayable() {
        if (!(config.ropeScaling() instanceof RopeScaling.None)) {
            throw unsayable("its rope scaling has");
        }
        if ((long) config.heads() * config.headSize() != config.hiddenSize()) {
            throw unsayable(
                    "its %d heads of %d elements, which do not make its width of %d, have"
                            .formatted(config.heads(), config.headSize(), config.hiddenSize()));
        }
    }

    private PlanException unsayable(String what) {
        return new PlanException(
                Problem.of(
                                ErrorKind.UNSUPPORTED,
                                model.path(),
                                what + " no place in a Meta checkpoint")
                        .withHint("choose --format hf, hf-bin or gguf"));
    }

    private byte[] params() throws IOException {
        Path file = model.path().resolve(PARAMS);
        boolean meta =
                Files.isRegularFile(file) && Files.notExists(model.path().resolve("config.json"));
        return ParamsJson.params(
                config, meta ? StrictJson.readObject(file) : JsonNodeFactory.instance.objectNode());
    }
}
