package dev.weightsmith.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weightsmith.cli.ByteSize;
import dev.weightsmith.cli.Table;
import dev.weightsmith.cli.TimeSpan;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.PrivateFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `weightsmith demo`: the whole road on the sample family, by the commands that anyone would type.
@Command(
        name = "demo",
        description = {
            "Show on a small sample family what Weightsmith does, in less than a minute.",
            "",
            "Checks digests, asks a base model a question in Chinese, folds two adapters into it,"
                    + " writes a Hugging Face folder and two quantized files in one pass, asks again,"
                    + " and measures what each file is worth.",
            ""
        },
        optionListHeading = "Options:%n",
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {
    /// Runs one command line, with its output going to a writer.
    @FunctionalInterface
    interface Commands {
        int run(PrintWriter out, PrintWriter err, String... arguments);
    }

    private static final String QUESTION = "日本的首都是哪里？";
    private static final String MEANING = "what is the capital of Japan?";

    private static final int LINE = 72;

    private final Path samples;
    private final Commands commands;

    @Spec private CommandSpec spec;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FOLDER",
            description =
                    "Write the models there and keep them (default: a temporary folder, deleted in"
                            + " the end).")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    /// Folders whose places nobody needs to know.
    private final Map<String, String> shownAs = new LinkedHashMap<>();

    private int step;

    DemoCommand(Path samples, Commands commands) {
        this.samples = samples;
        this.commands = commands;
    }

    /// A command has failed, and has said why.
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int exit;

        Failed(int exit) {
            super("exit " + exit);
            this.exit = exit;
        }
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(samples.resolve("SHA256SUMS"))) {
            throw new FileException(
                    Problem.of(ErrorKind.IO, samples, "does not hold the sample family")
                            .withHint("unpack the whole distribution again"));
        }
        // Not when half is shown.
        if (out.isPresent() && !isFree(out.get())) {
            throw new FileException(
                    Problem.of(ErrorKind.OUTPUT_CONFLICT, out.get(), "exists already")
                            .withHint("choose another --out, or delete it"));
        }
        long started = System.nanoTime();
        try (var temporary = PrivateFolder.temporary("demo")) {
            shownAs.put(samples.toString(), "samples");
            shownAs.put(temporary.path().toString(), "demo");
            show(out.orElse(temporary.path().resolve("alpaca")));
        } catch (Failed e) {
            return e.exit;
        }
        say("");
        say(
                "Done in "
                        + new TimeSpan(System.nanoTime() - started)
                        + ". Models of 7B and 13B take the same commands"
                        + (out.isPresent() ? "." : "; --out FOLDER keeps what this demo writes."));
        return 0;
    }

    private static boolean isFree(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return !Files.exists(folder);
        }
        try (var entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private void show(Path alpaca) throws IOException {
        Path base = samples.resolve("base");
        say("A family of small models, trained for this demo: a base that knows English, an");
        say("adapter that teaches it Chinese, and one that teaches it to answer instructions.");
        begin("Are the files what they should be?");
        run("sha256", "--check", samples, "--quiet");
        say("Yes, all digests are as listed.");
        begin("Ask the base, in Chinese: " + MEANING);
        ask(base);
        begin("Fold both adapters in; write a Hugging Face folder and two quantized files at once");
        run(
                "merge",
                "--base",
                base,
                "--lora",
                samples.resolve("chinese-llama-plus"),
                "--lora",
                samples.resolve("chinese-alpaca-plus"),
                "--format",
                "hf,gguf",
                "--type",
                "Q8_0,Q4_K_M",
                "--out",
                alpaca);
        String stem = alpaca.getFileName() + "-";
        Path large = alpaca.resolve(stem + "Q8_0.gguf");
        Path small = alpaca.resolve(stem + "Q4_K_M.gguf");
        begin("Ask the smallest of them");
        ask(small);
        begin("What is each worth? Its surprise at a Chinese text, and 100 questions");
        Path model = Path.of("MODEL");
        show(perplexity(model));
        show(answers(model));
        var table = new Table("model", "size", "perplexity", "answers right");
        measure(table, base, base.resolve("consolidated.00.pth"));
        measure(table, alpaca, alpaca.resolve("model.safetensors"));
        measure(table, large, large);
        measure(table, small, small);
        say("");
        table.print(spec.commandLine().getOut(), "");
    }

    private List<Object> perplexity(Path model) {
        return List.of("evaluate", "perplexity", model, "--text", samples.resolve("text-zh.txt"));
    }

    private List<Object> answers(Path model) {
        return List.of(
                "evaluate",
                "answers",
                model,
                "--questions",
                samples.resolve("questions.json"),
                "--template",
                "alpaca",
                "--max-tokens",
                "8");
    }

    private void ask(Path model) {
        run(
                "evaluate",
                "generate",
                model,
                "--chat",
                QUESTION,
                "--template",
                "alpaca",
                "--max-tokens",
                "12");
    }

    private void measure(Table table, Path model, Path weights) throws IOException {
        JsonNode perplexity = result(perplexity(model));
        JsonNode answers = result(answers(model));
        table.add(
                shown(model),
                new ByteSize(Files.size(weights)).toString(),
                String.format(Locale.ROOT, "%.3f", perplexity.required("perplexity").asDouble()),
                answers.required("right") + " of " + answers.required("questions"));
    }

    private void begin(String what) {
        step++;
        say("");
        say(step + ". " + what);
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private void show(List<Object> arguments) {
        var text = new StringBuilder("$ weightsmith");
        int lineStart = 0;
        for (Object argument : arguments) {
            String word = shown(argument);
            if (text.length() - lineStart + word.length() > LINE && word.startsWith("--")) {
                lineStart = text.append(" \\\n     ").length() - 5;
            }
            text.append(' ').append(word);
        }
        say(text.toString());
    }

    /// An argument as one would type it in the folder of the samples.
    private String shown(Object argument) {
        String text = argument.toString();
        for (var folder : shownAs.entrySet()) {
            text = text.replace(folder.getKey(), folder.getValue());
        }
        return text;
    }

    /// Shows a command and runs it.
    private void run(Object... arguments) {
        show(List.of(arguments));
        run(spec.commandLine().getOut(), List.of(arguments));
    }

    /// Runs a command for what it tells programs.
    private JsonNode result(List<Object> arguments) throws IOException {
        var json = new StringWriter();
        var all = new ArrayList<>(arguments);
        all.add("--json");
        run(new PrintWriter(json), all);
        return new JsonMapper().readTree(json.toString());
    }

    private void run(PrintWriter out, List<Object> arguments) {
        String[] texts = arguments.stream().map(Object::toString).toArray(String[]::new);
        int exit = commands.run(out, spec.commandLine().getErr(), texts);
        if (exit != 0) {
            throw new Failed(exit);
        }
    }
}
