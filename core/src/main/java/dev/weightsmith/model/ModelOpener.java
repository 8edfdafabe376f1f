package dev.weightsmith.model;

import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.architecture.Architectures;
import dev.weightsmith.architecture.Place;
import dev.weightsmith.architecture.World;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.config.RopeScaling;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.torch.TorchFile;
import dev.weightsmith.lora.ForeignPart;
import dev.weightsmith.lora.SameTensors;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Finds out what a path holds and brings it into the one form of [Model].
final class ModelOpener {
    /// As many as configurations may say.
    private static final int MOST_TOKENS = 1 << 24;

    private static final double LLAMA_3_THETA = 500_000;
    private static final int LLAMA_3_TOKENS = 128_256;

    private final Path path;
    private final String role;

    private ModelOpener(Path path, String role) {
        this.path = path;
        this.role = role;
    }

    static Model open(Path path, String role) throws IOException {
        var opener = new ModelOpener(path, role);
        if (Files.isDirectory(path)
                && MetaShards.isMetaFolder(path)
                && !Files.exists(path.resolve("config.json"))) {
            return opener.meta();
        }
        opener.requireNoAdapter();
        Checkpoint checkpoint = Formats.open(path);
        try {
            return checkpoint instanceof GgufFile gguf
                    ? opener.gguf(gguf)
                    : opener.huggingFace(checkpoint);
        } catch (IOException | RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private void requireNoAdapter() throws FileException {
        if (Files.exists(path.resolve("adapter_config.json"))
                && !Files.exists(path.resolve("config.json"))) {
            throw new FileException(
                    Problem.of(ErrorKind.MALFORMED, path, "is an adapter, expected a model")
                            .withHint("give it with --lora, and the model that it is for"));
        }
    }

    private Model huggingFace(Checkpoint checkpoint) throws IOException {
        Path folder = folder();
        Path configFile = folder.resolve("config.json");
        if (!Files.exists(configFile)) {
            if (Files.exists(folder.resolve("params.json"))) {
                throw new FileException(
                        Problem.of(ErrorKind.MALFORMED, path, "is a part of a Meta checkpoint")
                                .withHint("give its folder, " + folder));
            }
            throw new FileException(
                    Problem.of(ErrorKind.MALFORMED, folder, "holds weights but no config.json")
                            .withHint(
                                    "a Hugging Face model is a folder with config.json and its weights; a Meta model one with params.json"));
        }
        ModelConfig config = ModelConfig.readConfigJson(configFile);
        Tensors stored = Tensors.of(role, checkpoint);
        var tensors = canonical(World.HUGGING_FACE, stored.recipes(), config);
        if (!config.tiedEmbeddings()) {
            requireHead(
                    tensors, "tie_word_embeddings in config.json does not say is the embedding");
        } else if (holdsOneMatrixTwice(stored)) {
            tensors.remove(Architecture.OUTPUT);
        }
        return checked(
                new Model(
                        path,
                        checkpoint.container(),
                        config,
                        tensors,
                        tokenizer(folder),
                        stateDicts(stored.sources()),
                        stored.sources()),
                World.HUGGING_FACE);
    }

    /// @param reason why there must be an lm_head, as the end of a sentence
    private void requireHead(Map<String, Recipe> tensors, String reason) throws FileException {
        if (tensors.containsKey(Architecture.EMBEDDING)
                && !tensors.containsKey(Architecture.OUTPUT)) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MALFORMED,
                                    path,
                                    "lacks tensor %s, which %s"
                                            .formatted(Printable.name(Architecture.OUTPUT), reason))
                            .withHint("weights are missing: get the files again"));
        }
    }

    /// PyTorch's files have the one matrix of a tied model under both names. Two that differ are
    /// not tied, whatever the configuration says, as in transformers 5.
    private static boolean holdsOneMatrixTwice(Tensors stored) throws IOException {
        Recipe embedding = stored.recipes().get(Architecture.EMBEDDING);
        Recipe head = stored.recipes().get(Architecture.OUTPUT);
        return embedding != null
                && head != null
                && SameTensors.areSame(embedding, head, stored.sources());
    }

    private Model meta() throws IOException {
        List<Checkpoint> shards = MetaShards.open(path);
        try {
            Sources sources = Sources.none();
            for (Checkpoint shard : shards) {
                sources = sources.and(Sources.of(role, shard));
            }
            var joined = MetaShards.join(sources, MetaShards.width(path.resolve("params.json")));
            ModelConfig config =
                    ModelConfig.readParamsJson(
                            path.resolve("params.json"),
                            name ->
                                    Architectures.llama()
                                            .name(World.META, name)
                                            .map(joined::get)
                                            .map(Recipe::shape));
            requireNoLlama3(config);
            var tensors = canonical(World.META, joined, config);
            requireHead(tensors, "every Meta checkpoint has");
            return checked(
                    new Model(
                            path,
                            shards.size() == 1
                                    ? "Meta"
                                    : "Meta, %d shards".formatted(shards.size()),
                            config,
                            tensors,
                            tokenizer(path),
                            List.of(),
                            sources),
                    World.HUGGING_FACE);
        } catch (IOException | RuntimeException e) {
            for (Checkpoint shard : shards) {
                shard.close();
            }
            throw e;
        }
    }

    /// What a Meta folder does not say is filled in as LLaMA and Llama 2 have it.
    private void requireNoLlama3(ModelConfig config) throws FileException {
        if (config.ropeTheta() == LLAMA_3_THETA
                || config.vocabularySize() == LLAMA_3_TOKENS
                || config.ropeScaling() instanceof RopeScaling.Llama3) {
            throw FileException.unsupported(
                    path,
                    "is a Meta checkpoint of Llama 3 (rope_theta %.0f, %d tokens), of which only LLaMA's, Llama 2's and Code Llama's are supported"
                            .formatted(config.ropeTheta(), config.vocabularySize()));
        }
    }

    private Model gguf(GgufFile file) throws IOException {
        Tensors stored = Tensors.of(role, file);
        ModelConfig config = GgufCheck.require(file);
        var tensors = canonical(World.GGUF, stored.recipes(), config);
        for (String name : tensors.keySet()) {
            config =
                    config.architecture()
                            .place(name)
                            .flatMap(Place::announcedBy)
                            .map(config::saying)
                            .orElse(config);
        }
        return checked(
                new Model(
                        path,
                        file.container(),
                        config,
                        tensors,
                        new Model.Tokenizer.Gguf(file.metadata()),
                        List.of(),
                        stored.sources()),
                World.GGUF);
    }

    private static List<SequencedMap<String, Recipe>> stateDicts(Sources sources) {
        return sources.all().stream().allMatch(source -> sources.file(source) instanceof TorchFile)
                ? sources.all().stream()
                        .map(source -> Tensors.loads(source, sources.file(source)))
                        .toList()
                : List.of();
    }

    /// The tensors under their Hugging Face names, rotary rows in halves; what follows from the
    /// configuration is left out.
    private SequencedMap<String, Recipe> canonical(
            World world, Map<String, Recipe> tensors, ModelConfig config) throws IOException {
        var canonical = new LinkedHashMap<String, Recipe>();
        for (var entry : tensors.entrySet()) {
            String stored = entry.getKey();
            if (Architecture.isDropped(stored)) {
                continue;
            }
            Place place =
                    config.architecture()
                            .place(world, stored)
                            .orElseThrow(() -> foreign(stored, config));
            Optional<Integer> heads =
                    world == World.HUGGING_FACE ? Optional.empty() : place.rotaryHeads(config);
            canonical.put(
                    config.architecture().name(World.HUGGING_FACE, place).orElseThrow(),
                    heads.map(count -> entry.getValue().rotary(count, RotaryLayout.HALVES))
                            .orElse(entry.getValue()));
        }
        return canonical;
    }

    private FileException foreign(String name, ModelConfig config) {
        String what =
                ForeignPart.of(name)
                        .map(ForeignPart::what)
                        .orElse("no part of a %s model".formatted(config.architecture()));
        return FileException.unsupported(
                path, "tensor %s is %s".formatted(Printable.name(name), what));
    }

    /// The model, if its tensors are those of its configuration, which messages call as `names`
    /// does. The embedding's rows are the vocabulary, whatever the configuration says.
    private Model checked(Model model, World names) throws IOException {
        Map<String, Recipe> tensors = model.tensors();
        Recipe embedding = tensors.get(Architecture.EMBEDDING);
        if (embedding == null) {
            throw FileException.malformed(
                    path, "lacks tensor " + Printable.name(Architecture.EMBEDDING));
        }
        if (embedding.shape().rows() > MOST_TOKENS) {
            throw FileException.overLimit(
                    path,
                    "has an embedding of %d rows, expected at most %d"
                            .formatted(embedding.shape().rows(), MOST_TOKENS));
        }
        Model sized = model.withTensors(model.tensors());
        var check = new WeightCheck(path, sized.config(), names);
        var found = new LinkedHashMap<String, TensorInfo>();
        tensors.forEach((name, recipe) -> found.put(name, new PlannedTensor(name, recipe).info()));
        check.requireComplete(found);
        check.requireNothingElse(found, ErrorKind.UNSUPPORTED);
        check.requireWeights(found);
        return sized;
    }

    private static Model.Tokenizer tokenizer(Path folder) {
        boolean there =
                Files.exists(folder.resolve("tokenizer.model"))
                        || Files.exists(folder.resolve("tokenizer.json"));
        return there ? new Model.Tokenizer.Folder(folder) : new Model.Tokenizer.None();
    }

    private Path folder() {
        if (Files.isDirectory(path)) {
            return path;
        }
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path : parent;
    }
}
