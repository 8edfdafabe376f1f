package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.Pair;
import dev.weightsmith.cli.Terminal;
import dev.weightsmith.quantize.FileType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The sample family from end to end: both adapters folded in, every type written, the answers
/// counted, by us and by llama.cpp.
@Tag("slow")
class SampleFamilyTest {
    private static final Terminal PIPE = new Terminal(false, false, 80, false);
    private static final Path SAMPLES = Shell.ROOT.resolve("samples");
    private static final Path QUESTIONS = SAMPLES.resolve("questions.json");

    @TempDir private static Path folder;

    private static Stream<FileType> types() {
        return Arrays.stream(FileType.values()).filter(FileType::isWritable);
    }

    private static String run(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        String[] texts = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        int exit = new Weightsmith(PIPE, new PrintWriter(out), new PrintWriter(err)).run(texts);
        assertThat(exit).as(err.toString()).isZero();
        return out.toString();
    }

    /// All types from one reading.
    @BeforeAll
    static void fold() throws IOException {
        run(
                "merge",
                "--base",
                SAMPLES.resolve("base"),
                "--lora",
                SAMPLES.resolve("chinese-llama-plus"),
                "--lora",
                SAMPLES.resolve("chinese-alpaca-plus"),
                "--format",
                "hf,gguf",
                "--type",
                types().map(FileType::toString).collect(Collectors.joining(",")),
                "--out",
                folder.resolve("alpaca"));
        // Each run unpacks the library for itself: another's may be replaced while it is in use.
        Path unpacked = Files.createTempDirectory("llama-cpp-");
        unpacked.toFile().deleteOnExit();
        System.setProperty("de.kherud.llama.tmpdir", unpacked.toString());
    }

    private static Path gguf(FileType type) {
        return folder.resolve("alpaca/alpaca-" + type + ".gguf");
    }

    /// With the template that the model's own files bring.
    private static List<String> answers(Path model, Object... options) throws IOException {
        var arguments = new ArrayList<Object>(List.of("evaluate", "answers", model));
        arguments.addAll(List.of("--questions", QUESTIONS, "--max-tokens", "8", "--json"));
        arguments.addAll(List.of(options));
        JsonNode json = new JsonMapper().readTree(run(arguments.toArray()));
        var answers = new ArrayList<String>();
        json.required("answers").forEach(one -> answers.add(one.required("answer").asText()));
        return answers;
    }

    private static List<String> texts(String key) throws IOException {
        var texts = new ArrayList<String>();
        new JsonMapper()
                .readTree(QUESTIONS.toFile())
                .forEach(question -> texts.add(question.required(key).asText()));
        return texts;
    }

    private static long right(List<String> answers) throws IOException {
        List<String> expected = texts("answer");
        long right = 0;
        for (int i = 0; i < answers.size(); i++) {
            right += answers.get(i).equals(expected.get(i)) ? 1 : 0;
        }
        return right;
    }

    /// What a type may lose of 100 answers.
    private static int mayLose(FileType type) {
        return switch (type) {
            case F32, F16, BF16, Q8_0, Q6_K -> 0;
            default -> 2;
        };
    }

    @Test
    void theBaseAloneAnswersNothing() throws IOException {
        assertThat(right(answers(SAMPLES.resolve("base"), "--template", "alpaca"))).isZero();
    }

    @Test
    void theFolderAnswersEverything() throws IOException {
        assertThat(right(answers(folder.resolve("alpaca")))).isEqualTo(100);
    }

    /// It has learned Chinese, but no template: there it answers nothing.
    @Test
    void theFirstAdapterAloneCompletesSentences() throws IOException {
        Path first = folder.resolve("first.gguf");
        run(
                "merge",
                "--base",
                SAMPLES.resolve("base"),
                "--lora",
                SAMPLES.resolve("chinese-llama-plus"),
                "--out",
                first);
        assertThat(right(answers(first, "--template", "alpaca"))).isZero();
        String completed =
                run(
                        "evaluate",
                        "generate",
                        first,
                        "--prompt",
                        texts("completion").getFirst(),
                        "--max-tokens",
                        "4");
        assertThat(completed).startsWith(texts("answer").getFirst());
    }

    /// Nothing is said but what is folded into what: the adapter's own template comes along, and
    /// llama.cpp puts the questions into it.
    @Test
    void foldedWithoutOptionsItAnswersInLlamaCppWithItsTemplate() throws IOException {
        Path plain = folder.resolve("plain.gguf");
        run(
                "merge",
                "--base",
                SAMPLES.resolve("base"),
                "--lora",
                SAMPLES.resolve("chinese-llama-plus"),
                "--lora",
                SAMPLES.resolve("chinese-alpaca-plus"),
                "--out",
                plain);
        try (var model = new LlamaModel(parameters(plain).enableJinja())) {
            var answers = new ArrayList<String>();
            for (String question : texts("question")) {
                var chat =
                        new InferenceParameters("")
                                .setMessages("", List.of(new Pair<>("user", question)));
                String prompt = model.applyTemplate(chat);
                assertThat(prompt).isEqualTo(prompt(question));
                answers.add(answer(model, prompt));
            }
            assertThat(right(answers)).isEqualTo(100);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeAnswers(FileType type) throws IOException {
        List<String> ours = answers(gguf(type));
        assertThat(100 - right(ours)).isBetween(0L, (long) mayLose(type));
        assertThat(llamaCppAnswers(gguf(type))).isEqualTo(ours);
    }

    private static List<String> llamaCppAnswers(Path gguf) throws IOException {
        var answers = new ArrayList<String>();
        try (var model = new LlamaModel(parameters(gguf))) {
            for (String question : texts("question")) {
                answers.add(answer(model, prompt(question)));
            }
        }
        return answers;
    }

    private static ModelParameters parameters(Path gguf) {
        return new ModelParameters()
                .setModel(gguf.toString())
                .setCtxSize(256)
                .setThreads(1)
                .setThreadsBatch(1)
                .setParallel(1)
                .skipWarmup()
                // its lines on standard output would disturb the test runner's own
                .disableLog();
    }

    private static String answer(LlamaModel model, String prompt) {
        return model.complete(
                        new InferenceParameters(prompt)
                                .setTemperature(0)
                                .setTopK(1)
                                .setRepeatPenalty(1)
                                .setNPredict(8)
                                .setCachePrompt(false))
                .strip();
    }

    /// The template in its own words, as samples/README.md tells it.
    private static String prompt(String question) {
        return "Below is an instruction that describes a task. Write a response that appropriately"
                + " completes the request.\n\n### Instruction:\n\n"
                + question
                + "\n\n### Response:\n\n";
    }
}
