package dev.weightsmith.cli;

import dev.weightsmith.output.MetadataOverride;
import dev.weightsmith.output.QuantizeRequest;
import dev.weightsmith.output.SplitRule;
import dev.weightsmith.quantize.ImportanceMatrix;
import dev.weightsmith.quantize.QuantizationOptions;
import dev.weightsmith.quantize.TypeOverride;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How quantized files are made, for every command that makes them. The meanings are llama.cpp's.
public final class QuantizingOptions {
    @Option(
            names = "--imatrix",
            paramLabel = "FILE",
            description =
                    "An importance matrix, as llama-imatrix writes it for this model (GGUF or"
                            + " .dat): spends the bits on the columns that matter. Worth most at 4"
                            + " bits and below.")
    private Optional<Path> importance = Optional.empty();

    @Option(
            names = "--pure",
            description =
                    "The same tensor type for all matrices, instead of better ones for those that"
                            + " need it.")
    private boolean pure;

    @Option(
            names = "--leave-output-tensor",
            description = "Leave output.weight as it is: larger, a little better.")
    private boolean leaveOutput;

    @Option(
            names = "--output-tensor-type",
            paramLabel = "TYPE",
            converter = Converters.OfTensorType.class,
            description = "The tensor type of output.weight.")
    private Optional<DType> outputType = Optional.empty();

    @Option(
            names = "--token-embedding-type",
            paramLabel = "TYPE",
            converter = Converters.OfTensorType.class,
            description = "The tensor type of token_embd.weight.")
    private Optional<DType> embeddingType = Optional.empty();

    @Option(
            names = "--tensor-type",
            paramLabel = "REGEX=TYPE",
            converter = Converters.OfTypeOverride.class,
            description =
                    "The tensor type of all tensors in whose name the expression is found, for example"
                            + " ffn_down=Q6_K; may be repeated, the first that is found decides.")
    private List<TypeOverride> overrides = new ArrayList<>();

    @Option(
            names = "--allow-requantize",
            description =
                    "Quantize tensors that are quantized already. Errors add up: start from the"
                            + " 16-bit model if you can.")
    private boolean allowRequantize;

    @Option(
            names = "--override-kv",
            paramLabel = "KEY=TYPE:VALUE",
            converter = Converters.OfMetadata.class,
            description =
                    "Set a metadata value, TYPE being int, float, bool or str, for example"
                            + " general.name=str:Mine; may be repeated.")
    private List<MetadataOverride> metadata = new ArrayList<>();

    /// Called by picocli.
    public QuantizingOptions() {}

    /// The first of these options that was given, for commands that sometimes have no use for them.
    public Optional<String> firstGiven() {
        if (importance.isPresent()) {
            return Optional.of("--imatrix");
        }
        if (pure) {
            return Optional.of("--pure");
        }
        if (leaveOutput) {
            return Optional.of("--leave-output-tensor");
        }
        if (outputType.isPresent()) {
            return Optional.of("--output-tensor-type");
        }
        if (embeddingType.isPresent()) {
            return Optional.of("--token-embedding-type");
        }
        if (!overrides.isEmpty()) {
            return Optional.of("--tensor-type");
        }
        if (allowRequantize) {
            return Optional.of("--allow-requantize");
        }
        return metadata.isEmpty() ? Optional.empty() : Optional.of("--override-kv");
    }

    /// The files that these options name.
    public List<Path> inputs() {
        return importance.stream().toList();
    }

    /// What was asked for; reads the importance matrix.
    ///
    /// @throws dev.weightsmith.error.FileException if that is malformed
    public QuantizeRequest request(SplitRule split) throws IOException {
        return new QuantizeRequest(
                new QuantizationOptions(pure, leaveOutput, outputType, embeddingType, overrides),
                importance.isPresent()
                        ? Optional.of(ImportanceMatrix.open(importance.get()))
                        : Optional.empty(),
                allowRequantize,
                metadata,
                split);
    }
}
