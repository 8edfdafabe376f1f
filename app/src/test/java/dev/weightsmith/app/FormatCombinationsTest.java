package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A folder and GGUF files in one run are, byte for byte, those of a run each.
@Tag("slow")
class FormatCombinationsTest {
    @TempDir private Path folder;

    private String run(int expected, Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var texts = new ArrayList<String>();
        for (Object argument : arguments) {
            texts.add(argument.toString());
        }
        int exit =
                new Weightsmith(
                                new Terminal(false, false, 80, false),
                                new PrintWriter(out),
                                new PrintWriter(err))
                        .run(texts.toArray(String[]::new));
        assertThat(exit).as(err.toString()).isEqualTo(expected);
        return out.toString() + err;
    }

    /// The files in a folder but for the list of their digests.
    private static SequencedMap<String, byte[]> files(Path folder) throws IOException {
        var files = new TreeMap<String, byte[]>();
        try (var list = Files.list(folder)) {
            for (Path file : list.toList()) {
                if (!file.endsWith("SHA256SUMS")) {
                    files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
                }
            }
        }
        return files;
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf", "hf-bin", "meta"})
    void folderAndGgufFilesInOneRunAreThoseOfARunEach(String form) throws IOException {
        Path base = SmallModel.huggingFace(folder.resolve("base"), SmallModel.TOKENS);
        Path lora = SmallModel.adapter(folder.resolve("lora"));
        List<String> types = List.of("F16", "Q8_0");
        var expected = new TreeMap<String, byte[]>();
        for (String one : List.of(form, "gguf")) {
            Path out = folder.resolve(one + "-alone/merged");
            Files.createDirectories(out.getParent());
            var arguments = new ArrayList<Object>(List.of("merge", "--base", base));
            arguments.addAll(List.of("--lora", lora, "--format", one, "--out", out));
            if (one.equals("gguf")) {
                arguments.addAll(List.of("--type", String.join(",", types)));
            }
            run(0, arguments.toArray());
            expected.putAll(files(out));
        }
        Path out = folder.resolve("merged");
        run(
                0,
                "merge",
                "--base",
                base,
                "--lora",
                lora,
                "--format",
                form + ",gguf",
                "--type",
                String.join(",", types),
                "--out",
                out);
        var found = files(out);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        found.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
        assertThat(Files.readString(out.resolve("SHA256SUMS")).lines()).hasSize(expected.size());
    }

    @Test
    void twoFoldersInOneAreAMistake() {
        assertThat(
                        run(
                                2,
                                "convert",
                                "--model",
                                folder,
                                "--format",
                                "hf,hf-bin",
                                "--out",
                                folder.resolve("out")))
                .contains("--format takes one form, or one of hf, hf-bin and meta with gguf");
    }
}
