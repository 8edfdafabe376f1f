package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.architecture.World;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.safetensors.SafetensorsFile;
import dev.weightsmith.format.torch.TorchFile;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.lora.LoraAdapter;
import dev.weightsmith.model.GgufCheck;
import dev.weightsmith.model.Model;
import dev.weightsmith.model.ModelFindings;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.tokenizer.GgufTokens;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds out what a file or folder is, and gathers what its headers and the small files beside it
/// say.
///
/// What is asked for must be sound, or the inspection fails. What lies beside it need not be: an
/// unreadable configuration is a note, and the tensors are shown all the same.
final class Inspector {
    private static final List<String> SECTIONS =
            List.of("adapter", "config", "vocabulary", "metadata", "content");

    private final Path path;
    private final ObjectNode details = JsonNodeFactory.instance.objectNode();
    private final List<String> notes = new ArrayList<>();

    private Inspector(Path path) {
        this.path = path;
    }

    static Inspection inspect(Path path) throws IOException {
        if (Files.notExists(path)) {
            throw new FileException(Problem.of(ErrorKind.IO, path, "no such file or folder"));
        }
        var inspector = new Inspector(path);
        return Files.isDirectory(path) ? inspector.folder() : inspector.file();
    }

    private Inspection result(String what, List<TensorInfo> tensors) {
        ObjectNode ordered = JsonNodeFactory.instance.objectNode();
        for (String section : SECTIONS) {
            if (details.has(section)) {
                ordered.set(section, details.get(section));
            }
        }
        return new Inspection(what, notes, ordered, tensors);
    }

    // Folders

    private Inspection folder() throws IOException {
        Path adapter = LoraAdapter.folderOf(path);
        if (Files.exists(adapter.resolve("adapter_config.json"))) {
            return adapterFolder(adapter);
        }
        boolean isHuggingFace = has("config.json");
        if ((has("params.json") || has("consolidated.00.pth")) && !isHuggingFace) {
            return meta();
        }
        if (!holdsWeights()) {
            return withoutWeights();
        }
        try (Checkpoint weights = Formats.open(path)) {
            describeContainer(weights);
            if (weights instanceof GgufFile) {
                return result("folder of one model, " + weights.container(), weights.tensors());
            }
            if (isHuggingFace) {
                attempt(this::describeModel);
            } else {
                notes.add("config.json is missing, without which this is no model");
            }
            attempt(this::describeTokenizer);
            return result("Hugging Face folder, " + weights.container(), weights.tensors());
        }
    }

    private Inspection meta() throws IOException {
        attempt(this::describeTokenizer);
        try (Model model = Model.open(path)) {
            int shards = model.sources().checkpoints().size();
            details.set("config", ConfigFacts.of(model.config()));
            addFindings(model);
            return result(
                    "Meta checkpoint folder, " + (shards == 1 ? "1 shard" : shards + " shards"),
                    wholeTensors(model));
        } catch (FileException e) {
            Path first = path.resolve("consolidated.00.pth");
            if (!Files.exists(first)) {
                throw e;
            }
            note(e);
            try (Checkpoint shard = Formats.open(first)) {
                describeContainer(shard);
                return result(
                        "Meta checkpoint folder, of which consolidated.00.pth is shown, "
                                + shard.container(),
                        shard.tensors());
            }
        }
    }

    /// The tensors by Meta's names, joined where shards divide them.
    private static List<TensorInfo> wholeTensors(Model model) {
        return model.sources().checkpoints().getFirst().tensors().stream()
                .map(tensor ->
                        model.config()
                                .architecture()
                                .canonical(World.META, tensor.name())
                                .map(model.tensors()::get)
                                .map(whole ->
                                        new TensorInfo(
                                                tensor.name(), tensor.dtype(), whole.shape()))
                                .orElse(tensor))
                .toList();
    }

    private Inspection withoutWeights() throws IOException {
        Optional<TokenizerFiles> tokenizer = TokenizerFiles.read(path);
        tokenizer.ifPresent(files -> details.set("vocabulary", VocabularyFacts.of(files)));
        if (has("config.json")) {
            ModelConfig config = ModelConfig.readConfigJson(path.resolve("config.json"));
            details.set("config", ConfigFacts.of(config));
        } else if (tokenizer.isEmpty()) {
            throw new FileException(
                    Problem.of(ErrorKind.MALFORMED, path, "holds no model, adapter or tokenizer")
                            .withHint("give the folder or file itself"));
        }
        return result(
                tokenizer.isPresent() && !has("config.json")
                        ? "folder of a tokenizer"
                        : "Hugging Face folder without weights",
                List.of());
    }

    private void describeModel() throws IOException {
        try (Model model = Model.open(path)) {
            details.set("config", ConfigFacts.of(model.config()));
            addFindings(model);
        } catch (FileException e) {
            ModelConfig config = ModelConfig.readConfigJson(path.resolve("config.json"));
            details.set("config", ConfigFacts.of(config));
            throw e;
        }
    }

    private void describeTokenizer() throws IOException {
        TokenizerFiles.read(path)
                .ifPresent(files -> details.set("vocabulary", VocabularyFacts.of(files)));
    }

    // Adapters

    private Inspection adapterFolder(Path folder) throws IOException {
        try {
            return adapter("LoRA adapter folder");
        } catch (FileException e) {
            // What cannot be merged can be looked at.
            if (e.problem().kind() != ErrorKind.UNSUPPORTED) {
                throw e;
            }
            note(e);
            Path weights =
                    Stream.of(
                                    "adapter_model.safetensors",
                                    "adapter_model.bin",
                                    "adapters.safetensors")
                            .map(folder::resolve)
                            .filter(Files::exists)
                            .findFirst()
                            .orElseThrow(() -> e);
            try (Checkpoint checkpoint = Formats.open(weights)) {
                describeContainer(checkpoint);
                return result("adapter folder, " + checkpoint.container(), checkpoint.tensors());
            }
        }
    }

    private Inspection adapter(String what) throws IOException {
        try (LoraAdapter adapter = LoraAdapter.open(path, "adapter", Formats::open)) {
            details.set("adapter", AdapterFacts.of(adapter));
            describeContainer(adapter.weights());
            TokenizerFiles.read(adapter.folder())
                    .ifPresent(files -> details.set("vocabulary", VocabularyFacts.of(files)));
            return result(what + ", " + adapter.weights().container(), adapter.weights().tensors());
        }
    }

    // Files

    private Inspection file() throws IOException {
        FileStart start;
        try (InputFile file = InputFile.open(path)) {
            start = FileStart.of(file);
        }
        return switch (start) {
            case TORCH, OTHER -> weights();
            case ZIP -> zip();
            case TAR -> adapter("LoRA adapter in a tar archive");
            case GZIP -> adapter("LoRA adapter in a tar.gz archive");
            case JSON -> json();
            case SENTENCE_PIECE -> {
                var model = SentencePieceModel.read(path);
                details.set("vocabulary", VocabularyFacts.of(model));
                yield result("SentencePiece tokenizer", List.of());
            }
        };
    }

    private Inspection weights() throws IOException {
        try (Checkpoint weights = Formats.open(path)) {
            describeContainer(weights);
            // "GGUF v3 file, 3 parts"
            return result(weights.container().replaceFirst("(?=, )|$", " file"), weights.tensors());
        }
    }

    /// Most zip files that PyTorch did not write are adapters; one may still be a checkpoint that
    /// somebody packed again.
    private Inspection zip() throws IOException {
        try {
            return adapter("LoRA adapter in a zip archive");
        } catch (FileException adapter) {
            try {
                return weights();
            } catch (FileException e) {
                adapter.addSuppressed(e);
                throw adapter;
            }
        }
    }

    private Inspection json() throws IOException {
        ObjectNode object = StrictJson.readObject(path);
        if (object.has("weight_map")) {
            try (Checkpoint shards = Formats.open(path)) {
                describeContainer(shards);
                return result("index of " + shards.container(), shards.tensors());
            }
        }
        if (object.has("model_type") || object.has("architectures")) {
            details.set("config", ConfigFacts.of(ModelConfig.readConfigJson(path)));
            return result("Hugging Face configuration of a LLaMA model", List.of());
        }
        details.set("content", object);
        return result(
                object.has("peft_type")
                        ? "configuration of an adapter"
                        : object.has("dim") && object.has("n_layers")
                                ? "Meta's params.json"
                                : "JSON file",
                List.of());
    }

    // What containers say

    private void describeContainer(Checkpoint checkpoint) throws IOException {
        notes.addAll(checkpoint.warnings());
        if (checkpoint instanceof GgufFile gguf) {
            describeGguf(gguf);
        } else if (checkpoint instanceof TorchFile torch && !torch.ignored().isEmpty()) {
            notes.add(
                    "beside tensors it holds "
                            + String.join(
                                    ", ", torch.ignored().stream().map(Printable::name).toList()));
        } else if (checkpoint.container().startsWith("safetensors")) {
            try (SafetensorsFile file = SafetensorsFile.open(checkpoint.files().getFirst())) {
                if (!file.metadata().isEmpty()) {
                    ObjectNode metadata = details.putObject("metadata");
                    file.metadata().forEach(metadata::put);
                }
            }
        }
    }

    private void describeGguf(GgufFile gguf) throws IOException {
        attempt(() -> {
            details.set("config", ConfigFacts.of(ModelConfig.ofGguf(gguf)));
            GgufCheck.require(gguf);
        });
        attempt(() ->
                GgufTokens.read(gguf.path(), gguf.metadata())
                        .ifPresent(
                                tokens -> details.set("vocabulary", VocabularyFacts.of(tokens))));
        details.set("metadata", MetadataFacts.of(gguf.metadata()));
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private void attempt(Attempt attempt) throws IOException {
        try {
            attempt.run();
        } catch (FileException e) {
            note(e);
        }
    }

    /// Some stand there already: what the files themselves are warned of.
    private void addFindings(Model model) {
        ModelFindings.of(model).stream()
                .map(finding -> finding.problem().message())
                .filter(message -> !notes.contains(message))
                .forEach(notes::add);
    }

    /// Two attempts may fail for one reason.
    private void note(FileException e) {
        if (!notes.contains(e.problem().toString())) {
            notes.add(e.problem().toString());
        }
    }

    private boolean has(String name) {
        return Files.exists(path.resolve(name));
    }

    private boolean holdsWeights() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .anyMatch(name ->
                            name.matches(".*\\.(safetensors|bin|gguf|pth|pt|index\\.json)"));
        }
    }
}
