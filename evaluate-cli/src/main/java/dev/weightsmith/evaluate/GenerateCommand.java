package dev.weightsmith.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.config.RopeScaling;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.inference.Generator;
import dev.weightsmith.inference.Sampler;
import dev.weightsmith.inference.Torch;
import dev.weightsmith.model.Model;
import dev.weightsmith.model.ModelVocabulary;
import dev.weightsmith.tokenizer.PieceDecoder;
import dev.weightsmith.tokenizer.TextEncoder;
import dev.weightsmith.tokenizer.Vocabulary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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

/// `weightsmith evaluate generate`.
@Command(
        name = "generate",
        description = {
            "Let a model continue a text or answer a message.",
            "",
            "The continuation goes to standard output as it comes. Without --temperature the"
                    + " likeliest token is taken each time, and the answer is always the same.",
            ""
        },
        customSynopsis =
                "weightsmith evaluate generate MODEL (--prompt TEXT | --chat TEXT) [OPTIONS]",
        parameterListHeading = "Options:%n",
        optionListHeading = "",
        footer = {
            "",
            "Examples:",
            "  weightsmith evaluate generate llama-7b-hf --prompt 'Once upon a time'",
            "  weightsmith evaluate generate alpaca.gguf --chat '日本的首都是哪里？'"
        },
        sortOptions = false)
final class GenerateCommand implements Callable<Integer> {
    @Spec private CommandSpec command;

    @Parameters(paramLabel = "MODEL", description = "A file or folder.")
    private Path path;

    @ArgGroup(multiplicity = "1")
    private Input input = new Input();

    /// A text or a message.
    static final class Input {
        @Option(names = "--prompt", paramLabel = "TEXT", description = "Continue this text.")
        private Optional<String> prompt = Optional.empty();

        @Option(
                names = "--chat",
                paramLabel = "TEXT",
                description = "Answer this message, put into the model's chat template.")
        private Optional<String> chat = Optional.empty();
    }

    @Mixin private ChatOptions chatOptions;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "128",
            description = "Stop after N tokens (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0",
            description =
                    "Choose by chance: 1 keeps the model's probabilities, less prefers the likely"
                            + " (default: 0, no chance).")
    private double temperature;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            defaultValue = "1",
            description =
                    "With --temperature: choose from the likeliest tokens that have this probability"
                            + " together (default: ${DEFAULT-VALUE}).")
    private double topP;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description =
                    "With --temperature: the same seed makes the same choices (default:"
                            + " ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin private RunOptions run;

    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws Exception {
        // picocli takes the empty default of an Optional for one given.
        if (input.prompt.isEmpty() && input.chat.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "expected --prompt or --chat: what to go on from");
        }
        require(maxTokens >= 1 && maxTokens <= 1 << 20, "--max-tokens", maxTokens, "1 to 1048576");
        require(temperature >= 0 && temperature <= 100, "--temperature", temperature, "0 to 100");
        require(topP > 0 && topP <= 1, "--top-p", topP, "more than 0, at most 1");
        try (var model = Model.open(path)) {
            Vocabulary vocabulary = ModelVocabulary.of(model);
            int[] prompt = prompt(model, vocabulary);
            int room = room(model.config(), prompt.length);
            int most = Math.min(maxTokens, room);
            int resident = run.memory().layers(model, prompt.length + most);
            if (resident < model.config().layers()) {
                output.note(
                        "memory for %d of %d layers; the others are read again for each token"
                                .formatted(resident, model.config().layers()));
            }
            try (var manager = Torch.start(run.threads());
                    var generator = new Generator(manager, model, resident, run.threads())) {
                answer(generator, vocabulary, prompt, most);
            }
        }
        return 0;
    }

    private void require(boolean holds, String option, Object value, String expected) {
        if (!holds) {
            throw new ParameterException(
                    command.commandLine(),
                    "%s is %s, expected %s".formatted(option, value, expected));
        }
    }

    private int[] prompt(Model model, Vocabulary vocabulary) throws IOException {
        int[] ids =
                input.chat.isPresent()
                        ? chatOptions.of(model, vocabulary).ids(input.chat.get())
                        : new TextEncoder(vocabulary).encode(input.prompt.orElse(""), false);
        if (ids.length == 0) {
            throw new PlanException(
                    Problem.of(ErrorKind.MISMATCH, path, "the prompt is empty, expected a text"));
        }
        return ids;
    }

    /// How many tokens fit behind the prompt.
    private int room(ModelConfig config, int prompt) {
        double stretch =
                config.ropeScaling() instanceof RopeScaling.DynamicNtk dynamic
                        ? Math.max(1, dynamic.alpha().orElse(dynamic.factor()))
                        : 1;
        long context = Math.round(config.contextLength() * stretch);
        if (prompt >= context) {
            throw new PlanException(
                    Problem.of(
                            ErrorKind.MISMATCH,
                            path,
                            "the prompt is %d tokens, expected fewer than the model's context, %d"
                                    .formatted(prompt, context)));
        }
        return (int) Math.min(Integer.MAX_VALUE, context - prompt);
    }

    private void answer(Generator generator, Vocabulary vocabulary, int[] prompt, int most)
            throws IOException {
        var sampler = new Sampler(temperature, topP, seed);
        var decoder = new PieceDecoder(vocabulary, input.chat.isPresent());
        var answer = new ArrayList<Integer>();
        var text = new StringBuilder();
        long started = System.nanoTime();
        boolean ended =
                generator.answer(
                        prompt,
                        most,
                        sampler,
                        vocabulary.ends(),
                        id -> {
                            answer.add(id);
                            say(decoder.append(id), text);
                        });
        String stop = ended ? "end" : "length";
        say(decoder.end(), text);
        if (output.json()) {
            output.print(json(prompt, answer, text.toString(), stop, System.nanoTime() - started));
        } else {
            output.out().println();
        }
    }

    private void say(String some, StringBuilder text) {
        text.append(some);
        if (!output.json()) {
            PrintWriter out = output.out();
            out.print(some);
            out.flush();
        }
    }

    private ObjectNode json(
            int[] prompt, List<Integer> answer, String text, String stop, long took) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("model", path.toString());
        var promptIds = json.putArray("promptIds");
        for (int id : prompt) {
            promptIds.add(id);
        }
        var ids = json.putArray("ids");
        answer.forEach(ids::add);
        json.put("text", text);
        json.put("stop", stop);
        json.put("seconds", took / 1e9);
        return json;
    }
}
