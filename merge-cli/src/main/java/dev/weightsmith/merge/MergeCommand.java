package dev.weightsmith.merge;

import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.OutputOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `weightsmith merge`.
@Command(
        name = "merge",
        description = {
            "Fold LoRA adapters into a base model and write the result.",
            "",
            "The base is a Meta folder (consolidated.NN.pth, params.json), a Hugging Face folder"
                    + " (.bin or safetensors), a single file of weights, or a GGUF file; into one that"
                    + " is quantized adapters are folded with --type F32, F16 or BF16. An adapter is a folder as PEFT saves it, or the .zip, .tar or"
                    + " .tar.gz that holds one. What a file is, is read from the file itself, not"
                    + " from its name.",
            "",
            "Before a byte is written, all inputs are checked against each other: vocabularies,"
                    + " shapes, ranks, order of the adapters. Merged weights equal those of the"
                    + " reference scripts bit for bit, whatever --threads and --max-memory say.",
            ""
        },
        customSynopsis =
                "weightsmith merge --base PATH --lora PATH [--lora PATH ...] --out PATH [OPTIONS]",
        optionListHeading = "Options:%n",
        footer = {
            "",
            "Examples:",
            "  Chinese-Alpaca-Plus for llama.cpp: two adapters on LLaMA, the order matters:",
            "    weightsmith merge --base llama-7b --lora chinese-llama-plus-lora-7b.zip \\",
            "        --lora chinese-alpaca-plus-lora-7b.zip --out alpaca.gguf",
            "  Quantized in the same pass, in two types:",
            "    weightsmith merge --base llama-7b --lora chinese-llama-plus-lora-7b.zip \\",
            "        --lora chinese-alpaca-plus-lora-7b.zip --type Q4_K_M,Q8_0 --format gguf --out ggufs",
            "  The very files that the reference scripts write:",
            "    weightsmith merge --base llama-7b-hf --lora my-adapter --format meta --out merged",
            "  A Hugging Face folder in files of at most 2 GB:",
            "    weightsmith merge --base llama-7b-hf --lora my-adapter --out merged --shard-size 2GB",
            "  What would be written, and is there room for it?",
            "    weightsmith merge --base llama-7b-hf --lora my-adapter --out merged --dry-run"
        },
        sortOptions = false)
final class MergeCommand implements Callable<Integer> {
    private final Core core;

    @Option(
            names = "--base",
            required = true,
            paramLabel = "PATH",
            description = "The model to start from.")
    private Path base;

    @Option(
            names = "--lora",
            required = true,
            paramLabel = "PATH",
            description = "An adapter to fold in. Several are folded in the order given.")
    private List<Path> loras;

    @Option(
            names = "--round-once",
            description =
                    "Add the adapters' changes in float32 and round once at the end. More exact,"
                            + " but not what the published digests are of: those were rounded after"
                            + " each adapter.")
    private boolean roundOnce;

    @Mixin private KnownInputOptions known;
    @Mixin private TargetOptions target;
    @Mixin private JobOptions job;
    @Mixin private OutputOptions output;

    MergeCommand(Core core) {
        this.core = core;
    }

    @Override
    public Integer call() throws Exception {
        new JobRunner(core, job, output)
                .run(new Request(base, loras, roundOnce, known.strict(), target.target()));
        return 0;
    }
}
