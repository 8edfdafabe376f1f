package dev.weightsmith.sha256;

import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.digest.FileDigester;
import dev.weightsmith.digest.KnownFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weightsmith sha256`.
@Command(
        name = "sha256",
        description = {
            "Print, check and recognise the SHA-256 digests of files and of tensors.",
            "",
            "Of a folder all regular files below it are digested, sorted by path; links that leave"
                    + " it are left out.",
            ""
        },
        customSynopsis = {
            "weightsmith sha256 FILE|FOLDER... [OPTIONS]",
            "       weightsmith sha256 --check LIST|FOLDER... [OPTIONS]",
            "       weightsmith sha256 --known FILE|FOLDER... [OPTIONS]",
            "       weightsmith sha256 --tensors MODEL [OPTIONS]",
            "       weightsmith sha256 --compare MODEL MODEL [OPTIONS]"
        },
        parameterListHeading = "Options:%n",
        optionListHeading = "",
        footer = {
            "",
            "Examples:",
            "  A list of all files of a model, and a check of it later:",
            "    weightsmith sha256 llama-7b > llama-7b.sha256",
            "    weightsmith sha256 --check llama-7b.sha256",
            "  Check what merge or convert wrote, by the SHA256SUMS that it left there:",
            "    weightsmith sha256 --check alpaca-hf",
            "  Are these the published weights, and all of them?",
            "    weightsmith sha256 --known 13B chinese-alpaca-lora-13b",
            "  Why is my merged model another than this one?",
            "    weightsmith sha256 --compare mine-hf theirs.gguf --base llama-7b-hf \\",
            "        --lora llama-plus-lora --lora alpaca-plus-lora"
        },
        sortOptions = false)
final class Sha256Command implements Callable<Integer> {
    @Spec private CommandSpec command;

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = "Files, folders, lists or models.")
    private List<Path> paths = List.of();

    @ArgGroup private Mode mode = new Mode();

    /// What to do other than to print digests.
    static final class Mode {
        @Option(
                names = {"-c", "--check"},
                description =
                        "Read digests from lists and check the files that they name, from the"
                                + " current folder on. A folder is checked by its SHA256SUMS, from"
                                + " that folder on.")
        private boolean check;

        @Option(
                names = "--known",
                description =
                        "Say which published file each one is, and whether the files of a folder"
                                + " are a complete set of one kind.")
        private boolean known;

        @Option(
                names = "--tensors",
                description =
                        "Print a digest of each tensor's values and of the whole model: the same"
                                + " for every container, order, sharding and naming.")
        private boolean tensors;

        @Option(
                names = "--compare",
                description = "Say which tensors of two models differ, how much, and likely why.")
        private boolean compare;
    }

    @Option(
            names = "--known-list",
            paramLabel = "FILE",
            description = "With --known: more published digests, as JSON; may be repeated.")
    private List<Path> knownLists = List.of();

    @Option(
            names = "--strict",
            description =
                    "With --check: files beside listed ones that no line names are a failure. With"
                            + " --known: so is any file that was not published.")
    private boolean strict;

    @Option(
            names = "--base",
            paramLabel = "MODEL",
            description =
                    "With --compare: the model that both were made from; with --lora it is tried in"
                            + " which ways either could have been.")
    private Optional<Path> base = Optional.empty();

    @Option(
            names = "--lora",
            paramLabel = "PATH",
            description = "With --base: an adapter, in the order meant; may be repeated.")
    private List<Path> loras = List.of();

    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Work on N files or tensors at once (default: one per processor).")
    void setThreads(int count) {
        if (count < 1 || count > 1024) {
            throw new ParameterException(
                    command.commandLine(), "--threads is %d, expected 1 to 1024".formatted(count));
        }
        threads = count;
    }

    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws IOException {
        if (!knownLists.isEmpty() && !mode.known) {
            throw new ParameterException(
                    command.commandLine(), "--known-list says nothing without --known");
        }
        if (strict && !mode.known && !mode.check) {
            throw new ParameterException(
                    command.commandLine(), "--strict says nothing without --check or --known");
        }
        if (mode.tensors && paths.size() != 1) {
            throw new ParameterException(command.commandLine(), "--tensors takes one model");
        }
        if (mode.compare && paths.size() != 2) {
            throw new ParameterException(command.commandLine(), "--compare takes two models");
        }
        if ((base.isPresent() || !loras.isEmpty()) && (!mode.compare || base.isEmpty())) {
            throw new ParameterException(
                    command.commandLine(), "--base and --lora say nothing without --compare");
        }
        var report = new Report(output, command.commandLine().getErr());
        var digester = new FileDigester(threads, output.progress());
        if (mode.check) {
            new CheckMode(report, digester, strict).run(paths);
        } else if (mode.known) {
            new KnownMode(report, digester, strict, known()).run(paths);
        } else if (mode.tensors) {
            new TensorsMode(report, threads, output.progress()).run(paths.getFirst());
        } else if (mode.compare) {
            new CompareMode(report, threads, output.progress())
                    .run(paths.getFirst(), paths.getLast(), base, loras);
        } else {
            new DigestMode(report, digester).run(paths);
        }
        return report.finish().number();
    }

    private KnownFiles known() throws IOException {
        KnownFiles known = KnownFiles.published();
        for (Path list : knownLists) {
            known = known.and(KnownFiles.read(list));
        }
        return known;
    }
}
