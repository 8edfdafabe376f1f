package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.cli.Terminal;
import dev.weightsmith.format.Formats;
import dev.weightsmith.plan.PlanFile;
import dev.weightsmith.testing.Samples;
import dev.weightsmith.testing.TinyModel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every command that writes a model does it in the same way.
class OneRoadTest {
    @TempDir private Path folder;
    private Path base;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void copyBase() throws Exception {
        // Called like a published model, which it is not.
        base = TinyModel.copy(Samples.base(), folder.resolve("llama-7b"));
    }

    private int run(List<String> arguments) {
        return new Weightsmith(
                        new Terminal(false, false, 80, false),
                        new PrintWriter(out),
                        new PrintWriter(err))
                .run(arguments.toArray(String[]::new));
    }

    /// @param command its name
    /// @param options more of them
    private List<String> job(String command, Path target, String... options) {
        var arguments = new ArrayList<>(List.of(command.split(" ")));
        switch (command) {
            case "merge" -> {
                arguments.add("--base=" + base);
                Samples.adapters().forEach(adapter -> arguments.add("--lora=" + adapter));
            }
            case "convert" -> arguments.add("--model=" + base);
            case "quantize" -> arguments.addAll(List.of(base.toString(), "--type=Q8_0"));
            case "tokenizer expand" -> {
                arguments.add("--model=" + base);
                arguments.add("--tokenizer=" + Samples.adapters().getLast());
            }
            default -> throw new IllegalArgumentException(command);
        }
        arguments.add("--out=" + target);
        arguments.addAll(Arrays.asList(options));
        return arguments;
    }

    @ParameterizedTest
    @ValueSource(strings = {"merge", "convert", "quantize", "tokenizer expand"})
    void whatIsThereStopsADryRunToo(String command) throws Exception {
        Path target = Files.writeString(folder.resolve("x.gguf"), "mine");
        assertThat(run(job(command, target, "--dry-run"))).isEqualTo(7);
        assertThat(run(job(command, target))).isEqualTo(7);
        assertThat(target).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"merge", "convert", "quantize", "tokenizer expand"})
    void noInputIsAnOutput(String command) {
        Path input = base.resolve("consolidated.00.pth");
        var options = new String[] {"--overwrite", "--dry-run"};
        List<String> arguments = job(command, input, options);
        if (!command.equals("quantize")) {
            arguments.add("--format=gguf");
        }
        assertThat(run(arguments)).isNotZero();
        assertThat(input).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"merge", "convert", "quantize", "tokenizer expand"})
    void dryRunSaysWhichInputsWillBeChecked(String command) {
        assertThat(run(job(command, folder.resolve("x.gguf"), "--dry-run"))).isZero();
        assertThat(out.toString()).containsPattern("checks +1 file: .*consolidated\\.00\\.pth");
        assertThat(err.toString()).doesNotContain("is called like");
    }

    @ParameterizedTest
    @ValueSource(strings = {"merge", "convert", "quantize", "tokenizer expand"})
    void inputThatIsNotWhatItIsCalledIsAWarningAfterTheRun(String command) {
        assertThat(run(job(command, folder.resolve("x.gguf")))).isZero();
        assertThat(err.toString())
                .contains("warning: consolidated.00.pth: is called like", "hint: download");
    }

    @ParameterizedTest
    @ValueSource(strings = {"merge", "convert", "quantize"})
    void strictlyItWritesNothing(String command) {
        Path target = folder.resolve("x.gguf");
        assertThat(run(job(command, target, "--strict"))).isEqualTo(5);
        assertThat(target).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"merge", "convert", "quantize", "tokenizer expand"})
    void planIsWrittenByADryRunAndByARun(String command) throws Exception {
        Path target = folder.resolve("x.gguf");
        Path dry = folder.resolve("dry.json");
        Path wet = folder.resolve("wet.json");
        assertThat(run(job(command, target, "--dry-run", "--plan-out=" + dry))).isZero();
        assertThat(target).doesNotExist();
        assertThat(run(job(command, target, "--plan-out=" + wet))).isZero();
        PlanFile one = PlanFile.read(dry, Formats::layout);
        PlanFile other = PlanFile.read(wet, Formats::layout);
        assertThat(one.plan()).isEqualTo(other.plan());
        assertThat(PlanFile.id(one.plan())).isEqualTo(PlanFile.id(other.plan()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"merge", "convert", "quantize", "tokenizer expand"})
    void planReplacesNothingUnasked(String command) throws Exception {
        Path target = folder.resolve("x.gguf");
        Path plan = Files.writeString(folder.resolve("plan.json"), "mine");
        assertThat(run(job(command, target, "--plan-out=" + plan))).isEqualTo(7);
        assertThat(run(job(command, target, "--plan-out=" + target))).isEqualTo(7);
        assertThat(
                        run(
                                job(
                                        command,
                                        target,
                                        "--overwrite",
                                        "--plan-out=" + base.resolve("params.json"))))
                .isEqualTo(7);
        assertThat(plan).hasContent("mine");
        assertThat(target).doesNotExist();
    }

    @Test
    void planOfAVocabularyIsWrittenToo() {
        Path plan = folder.resolve("plan.json");
        List<String> arguments =
                List.of(
                        "tokenizer",
                        "merge",
                        "--base=" + base,
                        "--pad=[PAD]",
                        "--out=" + folder.resolve("grown"),
                        "--plan-out=" + plan);
        assertThat(run(arguments)).isZero();
        assertThat(plan).exists();
        assertThat(Stream.of("grown").map(folder::resolve)).allMatch(Files::isDirectory);
    }
}
