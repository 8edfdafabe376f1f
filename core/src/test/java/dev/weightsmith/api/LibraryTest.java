package dev.weightsmith.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.testing.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The library as programs of others use it.
class LibraryTest {
    @TempDir private Path folder;

    @Test
    void sampleProgramCompilesAndRuns() throws Exception {
        Path source = Samples.base().resolveSibling("library").resolve("MergeForLlamaCpp.java");
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean compiled =
                    compiler.getTask(
                                    said,
                                    files,
                                    null,
                                    List.of(
                                            "-Xlint:all",
                                            "-Werror",
                                            "-proc:none",
                                            "-implicit:none",
                                            "-d",
                                            folder.toString(),
                                            "-cp",
                                            System.getProperty("java.class.path")),
                                    null,
                                    files.getJavaFileObjects(source))
                            .call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
        Path target = folder.resolve("alpaca.gguf");
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            Method main = loader.loadClass("MergeForLlamaCpp").getMethod("main", String[].class);
            main.setAccessible(true);
            String samples = String.valueOf(Samples.base().getParent());
            String printed =
                    printed(() ->
                            main.invoke(null, (Object) new String[] {samples, target.toString()}));
            assertThat(printed).contains("  alpaca.gguf\n", "llama: ");
        }
        assertThat(target).exists();
    }

    private interface Action {
        void run() throws Exception;
    }

    private static String printed(Action action) throws Exception {
        PrintStream before = System.out;
        var bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void planSaysWhatTheRunWrites() throws IOException {
        Path target = folder.resolve("out");
        var made = new AtomicLong();
        try (PlannedJob job =
                Weightsmith.convert(Samples.base())
                        .as(Form.HUGGING_FACE)
                        .types("BF16")
                        .to(target)
                        .threads(2)
                        .watchedBy(made::addAndGet)) {
            List<PlannedJob.File> planned = job.files();
            assertThat(target).doesNotExist();
            PlannedJob.Result result = job.run();
            assertThat(result.files())
                    .extracting(file -> new PlannedJob.File(file.name(), file.bytes()))
                    .containsExactlyElementsOf(planned);
            // All but the headers.
            assertThat(made.get())
                    .isBetween(
                            planned.getFirst().bytes() - 100_000,
                            planned.stream().mapToLong(PlannedJob.File::bytes).sum());
        }
    }

    @Test
    void rowsAreTheValues() throws IOException {
        try (OpenModel model = Weightsmith.open(Samples.base())) {
            OpenModel.Tensor embedding =
                    model.tensors().stream()
                            .filter(tensor -> tensor.name().equals("model.embed_tokens.weight"))
                            .findFirst()
                            .orElseThrow();
            try (Rows rows = model.rows(embedding.name())) {
                assertThat(rows.count()).isEqualTo(embedding.shape().getFirst());
                assertThat(rows.row(rows.count() - 1)).hasSize(rows.columns());
                assertThatThrownBy(() -> rows.row(rows.count()))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void nothingElseIsInItsSignatures() {
        var types =
                List.of(
                        Form.class,
                        OpenModel.class,
                        OpenModel.Tensor.class,
                        Output.class,
                        PlannedJob.class,
                        PlannedJob.File.class,
                        PlannedJob.Result.class,
                        PlannedJob.Watcher.class,
                        PlannedJob.Written.class,
                        Rows.class,
                        Weightsmith.class);
        for (Class<?> type : types) {
            Stream<Class<?>> used =
                    Arrays.stream(type.getMethods())
                            .filter(method -> Modifier.isPublic(method.getModifiers()))
                            .flatMap(method ->
                                    Stream.concat(
                                            Stream.of(method.getReturnType()),
                                            Arrays.stream(method.getParameterTypes())));
            assertThat(used.map(Class::getPackageName).distinct())
                    .as(type.getName())
                    .allMatch(
                            name -> name.startsWith("java.") || name.equals("dev.weightsmith.api"));
        }
    }
}
