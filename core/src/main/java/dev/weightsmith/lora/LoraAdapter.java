package dev.weightsmith.lora;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.DistributedCheckpoint;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.ModelPlace;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.TemplateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A LoRA adapter as PEFT saves it: low-rank pairs for some modules, and whole weights for others.
///
/// Opening one has read its configuration and headers and checked that they belong together.
/// Closing it deletes what was unpacked for it.
public final class LoraAdapter implements AutoCloseable {
    private static final String CONFIG = "adapter_config.json";
    private static final String MLX_WEIGHTS = "adapters.safetensors";
    private static final Pattern ARCHIVE_ENDING =
            Pattern.compile("[.](zip|tar|tar[.]gz|tgz)$", Pattern.CASE_INSENSITIVE);

    private final Path source;
    private final Path folder;
    private final LoraConfig config;
    private final Checkpoint weights;
    private final Sources sources;
    private final AdapterTensors tensors;
    private final Optional<ObjectNode> modelConfig;
    private final Companions companions;
    private final ChatTemplates chatTemplates;
    private final Optional<PublishedArchive> archive;

    private LoraAdapter(
            Path source,
            Path folder,
            LoraConfig config,
            Checkpoint weights,
            Sources sources,
            AdapterTensors tensors,
            Optional<ObjectNode> modelConfig,
            Companions companions,
            ChatTemplates chatTemplates,
            Optional<PublishedArchive> archive) {
        this.source = source;
        this.folder = folder;
        this.config = config;
        this.weights = weights;
        this.sources = sources;
        this.tensors = tensors;
        this.modelConfig = modelConfig;
        this.companions = companions;
        this.chatTemplates = chatTemplates;
        this.archive = archive;
    }

    /// Opens an adapter's folder, one that holds it in its only sub-folder with an adapter, or the
    /// .zip, .tar or .tar.gz that it was published as.
    ///
    /// @param role that its file has in the job: `adapter-1` …
    /// @throws FileException if something in it is wrong, refused or not supported
    public static LoraAdapter open(Path source, String role, CheckpointOpener opener)
            throws IOException {
        if (Files.isDirectory(source)) {
            return open(source, folderOf(source), role, opener, Optional.empty());
        }
        if (Files.notExists(source)) {
            throw new FileException(
                    Problem.of(ErrorKind.IO, source, "no such file or folder")
                            .withHint("nothing is fetched from the network: download it first"));
        }
        var archive = PublishedArchive.unpack(source);
        try {
            return open(source, archive.folder(), role, opener, Optional.of(archive));
        } catch (FileException e) {
            archive.close();
            throw inArchive(e, source, archive.folder());
        } catch (IOException | RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    /// Where the adapter in `folder` lies: there, or in the one sub-folder that holds one, as PEFT
    /// saves an adapter that has a name.
    ///
    /// @throws FileException if several sub-folders hold one
    public static Path folderOf(Path folder) throws IOException {
        if (Files.exists(folder.resolve(CONFIG))) {
            return folder;
        }
        List<Path> named;
        try (Stream<Path> entries = Files.list(folder)) {
            named = entries.filter(entry -> Files.exists(entry.resolve(CONFIG))).sorted().toList();
        }
        if (named.size() > 1) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MALFORMED,
                                    folder,
                                    "holds several adapters: "
                                            + named.stream()
                                                    .map(path -> String.valueOf(path.getFileName()))
                                                    .map(Printable::name)
                                                    .collect(Collectors.joining(", ")))
                            .withHint("give one of these folders"));
        }
        return named.isEmpty() ? folder : named.getFirst();
    }

    private static LoraAdapter open(
            Path source,
            Path folder,
            String role,
            CheckpointOpener opener,
            Optional<PublishedArchive> archive)
            throws IOException {
        Path config = folder.resolve(CONFIG);
        if (!Files.exists(config)) {
            DistributedCheckpoint.requireNone(folder);
            if (Files.exists(folder.resolve("config.json"))
                    || Files.exists(folder.resolve("params.json"))) {
                throw new FileException(
                        Problem.of(ErrorKind.MALFORMED, folder, "is a model, expected an adapter")
                                .withHint("give a model with --base"));
            }
            throw new FileException(
                    Problem.of(ErrorKind.MALFORMED, folder, "holds no adapter_config.json")
                            .withHint("give the folder that PEFT saved the adapter to"));
        }
        LoraConfig read = LoraConfig.read(config);
        Checkpoint weights = read.isMlx() ? openMlx(folder, opener) : openWeights(folder, opener);
        try {
            Tensors stored = Tensors.of(role, weights);
            return new LoraAdapter(
                    source,
                    folder,
                    read,
                    weights,
                    stored.sources(),
                    AdapterTensors.of(weights, stored, read),
                    Companions.json(folder.resolve("config.json")),
                    Companions.read(folder),
                    chatTemplates(source, folder),
                    archive);
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /// As with the tokenizer, what lies beside a sub-folder with the adapter is the adapter's too.
    private static ChatTemplates chatTemplates(Path source, Path folder) throws IOException {
        ChatTemplates own = TemplateFiles.read(folder);
        return own.isEmpty() && Files.isDirectory(source) ? TemplateFiles.read(source) : own;
    }

    private static Checkpoint openMlx(Path folder, CheckpointOpener opener) throws IOException {
        Path weights = folder.resolve(MLX_WEIGHTS);
        if (!Files.exists(weights)) {
            throw FileException.malformed(folder, "holds no " + MLX_WEIGHTS);
        }
        return opener.open(weights);
    }

    /// Two files of weights in one folder are one file too many, unless they say the same.
    private static Checkpoint openWeights(Path folder, CheckpointOpener opener) throws IOException {
        Path safetensors = folder.resolve("adapter_model.safetensors");
        Path bin = folder.resolve("adapter_model.bin");
        boolean hasBin = Files.exists(bin);
        if (!Files.exists(safetensors)) {
            if (!hasBin) {
                DistributedCheckpoint.requireNone(folder);
                throw FileException.malformed(
                        folder, "holds no adapter_model.safetensors and no adapter_model.bin");
            }
            return opener.open(bin);
        }
        Checkpoint weights = opener.open(safetensors);
        if (!hasBin) {
            return weights;
        }
        try (Checkpoint other = opener.open(bin)) {
            if (SameTensors.in(weights, other)) {
                return weights;
            }
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
        weights.close();
        throw new FileException(
                Problem.of(
                                ErrorKind.MALFORMED,
                                folder,
                                "holds adapter_model.safetensors and an adapter_model.bin with"
                                        + " other tensors")
                        .withHint("move away the one that you do not mean"));
    }

    private static Path inArchive(Path archive, Path member) {
        return Path.of(archive + "!" + member);
    }

    /// The same problem, told of the archive and not of a folder that is gone by now.
    private static FileException inArchive(FileException e, Path source, Path unpacked) {
        Problem problem = e.problem();
        Path file = problem.file().orElse(unpacked);
        Path named =
                file.startsWith(unpacked) && !file.equals(unpacked)
                        ? inArchive(source, unpacked.relativize(file))
                        : source;
        return new FileException(
                new Problem(
                        problem.kind(),
                        Optional.of(named),
                        problem.offset(),
                        problem.message(),
                        problem.hint()),
                e);
    }

    /// The folder or archive, as it was given.
    public Path source() {
        return source;
    }

    /// What its folder or archive is called, without the archive's ending; where it lies in a
    /// sub-folder, what that is called too.
    public String name() {
        String name = ARCHIVE_ENDING.matcher(ModelPlace.name(source)).replaceFirst("");
        return archive.isPresent() || folder.equals(source)
                ? name
                : name + "/" + ModelPlace.name(folder);
    }

    /// The folder that holds the files; temporary for an archive.
    public Path folder() {
        return folder;
    }

    /// The folder with the adapter's tokenizer, if it has one: that of the adapter, or the one
    /// given where the adapter itself lies in a sub-folder of it.
    public Optional<Path> tokenizerFolder() {
        return Stream.of(folder, source)
                .filter(place ->
                        Files.exists(place.resolve("tokenizer.model"))
                                || Files.exists(place.resolve("tokenizer.json")))
                .findFirst();
    }

    public LoraConfig config() {
        return config;
    }

    /// The `config.json` of the model that it makes, as long-context adapters bring it.
    public Optional<ObjectNode> modelConfig() {
        return modelConfig;
    }

    /// What else it brings for that model.
    public Companions companions() {
        return companions;
    }

    /// The chat templates that it was trained with, as its files say.
    public ChatTemplates chatTemplates() {
        return chatTemplates;
    }

    /// Rows of the embedding that it brings, or of its lm_head.
    public OptionalLong vocabulary() {
        return Fold.vocabulary(this);
    }

    /// One of its files, as messages name it.
    public Path place(String file) {
        return archive.isPresent() ? inArchive(source, Path.of(file)) : folder.resolve(file);
    }

    /// The file of tensors, to be verified after they were read. It closes with the adapter.
    public Checkpoint weights() {
        return weights;
    }

    /// The same for those who read its recipes.
    public Sources sources() {
        return sources;
    }

    /// Low-rank pairs by module path, for example `model.layers.0.self_attn.q_proj`.
    public SequencedMap<String, LoraPair> pairs() {
        return tensors.pairs();
    }

    /// Whole weights by tensor name, for example `model.embed_tokens.weight`.
    public SequencedMap<String, Recipe> replaced() {
        return tensors.replaced();
    }

    /// Copies of the weights that the model had before training, by tensor name: those of the
    /// vocabulary, where it was resized or adapted.
    public SequencedMap<String, Recipe> base() {
        return tensors.base();
    }

    /// Whether the embedding and the lm_head of [#replaced] are the same bytes.
    boolean bringsOneVocabularyMatrix() {
        return tensors.oneVocabularyMatrix();
    }

    /// Bytes of all tensors.
    public long bytes() {
        return weights.tensors().stream().mapToLong(TensorInfo::bytes).sum();
    }

    @Override
    public void close() throws IOException {
        try {
            weights.close();
        } finally {
            if (archive.isPresent()) {
                archive.get().close();
            }
        }
    }
}
