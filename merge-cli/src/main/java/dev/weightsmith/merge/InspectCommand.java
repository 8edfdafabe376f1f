package dev.weightsmith.merge;

import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `weightsmith inspect`.
@Command(
        name = "inspect",
        description = {
            "Say what a file or folder is and what it holds.",
            "",
            "Takes models and adapters of every form that merge reads. Only headers are read: a"
                    + " model of any size takes a moment, and nothing in a file is ever executed.",
            ""
        },
        customSynopsis = "weightsmith inspect PATH [OPTIONS]",
        parameterListHeading = "Options:%n",
        optionListHeading = "",
        footer = {
            "",
            "Examples:",
            "  weightsmith inspect alpaca.gguf",
            "  weightsmith inspect chinese-alpaca-lora-7b.zip --tensors 'layers\\.0\\.'",
            "  weightsmith inspect llama-7b-hf --json | jq .config.vocab_size"
        },
        sortOptions = false)
final class InspectCommand implements Callable<Integer> {
    private final Inspects inspector;

    /// Says what a file or folder is.
    @FunctionalInterface
    interface Inspects {
        Inspection inspect(Path path) throws IOException;
    }

    @Parameters(paramLabel = "PATH", description = "A file, folder or archive.")
    private Path path;

    @Option(
            names = "--tensors",
            paramLabel = "REGEX",
            description = "List only tensors in whose name this is found.")
    private Optional<Pattern> tensors = Optional.empty();

    @Mixin private OutputOptions output;

    InspectCommand(Inspects inspector) {
        this.inspector = inspector;
    }

    @Override
    public Integer call() throws Exception {
        Inspection inspection = inspector.inspect(path);
        var report = new InspectionReport(path, inspection, shown(inspection.tensors()));
        if (output.json()) {
            output.print(report.json());
        } else {
            report.print(output.out());
        }
        return 0;
    }

    private List<TensorInfo> shown(List<TensorInfo> all) {
        return tensors.map(pattern ->
                        all.stream()
                                .filter(tensor -> pattern.matcher(tensor.name()).find())
                                .toList())
                .orElse(all);
    }
}
