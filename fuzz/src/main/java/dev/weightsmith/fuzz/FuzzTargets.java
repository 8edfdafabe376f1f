package dev.weightsmith.fuzz;

import dev.weightsmith.chattemplate.JinjaTemplate;
import dev.weightsmith.chattemplate.TemplateException;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.digest.DigestList;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.safetensors.SafetensorsFile;
import dev.weightsmith.format.torch.TorchFile;
import dev.weightsmith.fuzz.FuzzTarget.Reader;
import dev.weightsmith.lora.LoraAdapter;
import dev.weightsmith.lora.LoraConfig;
import dev.weightsmith.plan.PlanFile;
import dev.weightsmith.quantize.ImportanceMatrix;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tokenizer.GgufTokenizer;
import dev.weightsmith.tokenizer.GgufTokens;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFiles;
import dev.weightsmith.tokenizer.TokenizerFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;

/// Every reader of bytes that others wrote.
public final class FuzzTargets {
    private static final Reader TORCH = in("model.pth", file -> Rows.readAll(TorchFile.open(file)));
    private static final Reader ADAPTER = in("adapter", FuzzTargets::readAdapter);

    /// All of them.
    public static final List<FuzzTarget> ALL =
            List.of(
                    new FuzzTarget(
                            "safetensors",
                            CheckpointSeeds.safetensors(),
                            in(
                                    "model.safetensors",
                                    file -> Rows.readAll(SafetensorsFile.open(file)))),
                    new FuzzTarget(
                            "gguf",
                            CheckpointSeeds.gguf(),
                            in("model.gguf", file -> Rows.readAll(GgufFile.open(file)))),
                    // what a GGUF file says of its model and tokenizer
                    new FuzzTarget(
                                    "gguf-model",
                                    TokenizerSeeds.gguf(),
                                    in("model.gguf", FuzzTargets::readGgufModel))
                            .throwing(PlanException.class),
                    new FuzzTarget("torch-zip", TorchSeeds.zips(), TORCH),
                    new FuzzTarget("torch-legacy", TorchSeeds.legacy(), TORCH),
                    // a pickle in a zip whose checksums hold
                    new FuzzTarget(
                            "pickle",
                            TorchSeeds.pickles(),
                            (pickle, folder) -> TORCH.read(TorchSeeds.zip(pickle), folder)),
                    // an index beside its shard, told by its content
                    new FuzzTarget(
                            "shard-index", JsonSeeds.shardIndexes(), FuzzTargets::readShards),
                    new FuzzTarget(
                                    "sentencepiece",
                                    TokenizerSeeds.sentencePiece(),
                                    in("tokenizer.model", FuzzTargets::readSentencePiece))
                            .throwing(PlanException.class),
                    new FuzzTarget(
                            "tokenizer-json",
                            TokenizerSeeds.tokenizerJson(),
                            inTokenizer("tokenizer.json")),
                    new FuzzTarget(
                            "tokenizer-config",
                            TokenizerSeeds.tokenizerConfig(),
                            besideModel("tokenizer_config.json")),
                    new FuzzTarget(
                            "added-tokens",
                            TokenizerSeeds.addedTokens(),
                            besideModel("added_tokens.json")),
                    new FuzzTarget("archive", ArchiveSeeds.all(), ADAPTER),
                    // a tar whose headers' checksums hold
                    new FuzzTarget(
                            "tar",
                            ArchiveSeeds.tars(),
                            (tar, folder) -> ADAPTER.read(ArchiveSeeds.withChecksums(tar), folder)),
                    new FuzzTarget(
                            "importance-matrix",
                            CheckpointSeeds.importanceMatrices(),
                            in("imatrix", ImportanceMatrix::open)),
                    new FuzzTarget(
                            "check-list",
                            JsonSeeds.checkLists(),
                            in("SHA256SUMS", DigestList::read)),
                    new FuzzTarget(
                                    "chat-template",
                                    TemplateSeeds.all(),
                                    (input, _) -> render(input))
                            .throwing(TemplateException.class),
                    new FuzzTarget(
                            "config-json",
                            JsonSeeds.configs(),
                            in("config.json", ModelConfig::readConfigJson)),
                    new FuzzTarget(
                            "params-json",
                            JsonSeeds.params(),
                            in(
                                    "params.json",
                                    file -> ModelConfig.readParamsJson(file, FuzzTargets::shape))),
                    new FuzzTarget(
                            "adapter-config",
                            JsonSeeds.adapterConfigs(),
                            in("adapter_config.json", LoraConfig::read)),
                    new FuzzTarget(
                            "plan",
                            PlanSeeds.all(),
                            (input, folder) ->
                                    PlanFile.read(
                                            PlanSeeds.withItsId(input, folder), Formats::layout)));

    @FunctionalInterface
    private interface FileReader {
        Object read(Path file) throws IOException;
    }

    private FuzzTargets() {}

    private static Reader in(String name, FileReader reader) {
        return (input, folder) -> reader.read(Files.write(folder.resolve(name), input));
    }

    private static Reader inTokenizer(String name) {
        return (input, folder) -> {
            Files.write(folder.resolve(name), input);
            TokenizerFiles.read(folder);
        };
    }

    private static Reader besideModel(String name) {
        return (input, folder) -> {
            Files.write(folder.resolve("tokenizer.model"), TokenizerSeeds.model().bytes());
            inTokenizer(name).read(input, folder);
        };
    }

    /// Also what is made of it.
    private static Object readSentencePiece(Path file) throws IOException {
        return TokenizerFolder.of(SentencePieceModel.read(file), Optional.empty());
    }

    private static Object readGgufModel(Path file) throws IOException {
        try (var gguf = GgufFile.open(file)) {
            Optional<GgufTokens> tokens = GgufTokens.read(file, gguf.metadata());
            if (tokens.isPresent()) {
                new GgufTokenizer(file, tokens.get().requireSentencePiece()).folder();
            }
            return ModelConfig.ofGguf(gguf);
        }
    }

    private static void readShards(byte[] input, Path folder) throws IOException {
        Files.write(
                folder.resolve("model-00001-of-00001.safetensors"),
                CheckpointSeeds.safetensors().getFirst());
        Rows.readAll(
                Formats.open(Files.write(folder.resolve("model.safetensors.index.json"), input)));
    }

    private static Object readAdapter(Path archive) throws IOException {
        try (var adapter = LoraAdapter.open(archive, "adapter-1", Formats::open)) {
            return Rows.readAll(adapter.weights());
        }
    }

    private static void render(byte[] input) {
        JinjaTemplate.parse(new String(input, StandardCharsets.UTF_8))
                .render(TemplateSeeds.variables(), () -> LocalDateTime.of(2024, 2, 29, 12, 30));
    }

    /// Of the tensors from which a `params.json` is completed.
    private static Optional<Shape> shape(String tensor) {
        return Optional.of(tensor.contains("embed") ? Shape.of(32, 8) : Shape.of(24, 8));
    }
}
