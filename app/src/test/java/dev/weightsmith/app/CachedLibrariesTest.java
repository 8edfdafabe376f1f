package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The system kills a process that loads a library which was cut short; so none is loaded before it
/// has been compared with the one in the jar.
class CachedLibrariesTest {
    private static final Path SAMPLES = Shell.ROOT.resolve("samples").toAbsolutePath();

    @TempDir private Path folder;

    @BeforeEach
    void requirePlatform() {
        assumeThat(System.getProperty("os.name") + " " + System.getProperty("os.arch"))
                .isEqualTo("Linux amd64");
    }

    /// In a process of its own, which may die.
    private Shell.Result run(String... arguments) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dweightsmith.cache=" + folder,
                                "-Djava.io.tmpdir=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.weightsmith.app.Main"));
        command.addAll(List.of(arguments));
        return Shell.run(folder, Map.of("LC_ALL", "C.UTF-8"), command.toArray(String[]::new));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static Properties properties(String name) throws IOException {
        var properties = new Properties();
        properties.load(new ByteArrayInputStream(resource(name)));
        return properties;
    }

    private Path cached(String name, byte[] bytes, int length) throws IOException {
        Path library = folder.resolve("djl").resolve(name);
        Files.createDirectories(library.resolveSibling("."));
        return Files.write(library, Arrays.copyOf(bytes, length));
    }

    @Test
    void sentencePieceThatWasCutShortIsUnpackedAgain() throws Exception {
        String file = "libsentencepiece_native.so";
        byte[] bytes = resource("native/lib/linux-x86_64/" + file);
        String version = properties("native/lib/sentencepiece.properties").getProperty("version");
        Path library = cached("sentencepiece/" + version + "/" + file, bytes, bytes.length / 2);
        var compared =
                run(
                        "tokenizer",
                        "compare",
                        SAMPLES.resolve("base").toString(),
                        SAMPLES.resolve("chinese-llama-plus").toString(),
                        "--text",
                        SAMPLES.resolve("text-zh.txt").toString());
        assertThat(compared.exit()).as(compared.output()).isZero();
        assertThat(library).hasBinaryContent(bytes);
    }

    @Test
    void pyTorchThatWasCutShortIsUnpackedAgain() throws Exception {
        String version = properties("native/lib/pytorch.properties").getProperty("version");
        String place = "pytorch/" + version + "-cpu-linux-x86_64/";
        byte[] whole = resource("pytorch/cpu/linux-x86_64/libtorch.so");
        byte[] bytes = resource("pytorch/cpu/linux-x86_64/libc10.so");
        // DJL takes the folder for whole where it finds this one.
        cached(place + "libtorch.so", whole, whole.length);
        Path library = cached(place + "libc10.so", bytes, bytes.length / 2);
        var measured =
                run(
                        "evaluate",
                        "perplexity",
                        SAMPLES.resolve("base").toString(),
                        "--text",
                        SAMPLES.resolve("text-en.txt").toString(),
                        "--context",
                        "32",
                        "--windows",
                        "1");
        assertThat(measured.exit()).as(measured.output()).isZero();
        assertThat(library).hasBinaryContent(bytes);
        assertThat(library.resolveSibling(".").toFile().list()).hasSize(5);
        assertThat(folder.toFile().list()).containsExactly("djl");
    }
}
