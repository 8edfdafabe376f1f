package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Python files that an adapter brings are data.
class RemoteCodeTest {
    private static final String CODE = "raise RuntimeError()\n";

    @TempDir private Path folder;
    private Path base;
    private Path lora;

    @BeforeEach
    void models() throws IOException {
        base = SmallModel.huggingFace(folder.resolve("base"), SmallModel.TOKENS);
        lora = SmallModel.adapter(folder.resolve("lora-16k"));
        Files.writeString(
                lora.resolve("config.json"),
                "{\"auto_map\": {\"AutoConfig\": \"code.Config\"}, \"model_type\": \"llama\","
                        + " \"max_position_embeddings\": 16384}");
        Files.writeString(lora.resolve("code.py"), CODE);
    }

    private String merge(String... options) {
        var out = new StringWriter();
        var err = new StringWriter();
        String[] arguments = {
            "merge", "--base=" + base, "--lora=" + lora, "--out=" + folder.resolve("out"),
        };
        String[] all = new String[arguments.length + options.length];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        System.arraycopy(options, 0, all, arguments.length, options.length);
        int exit =
                new Weightsmith(
                                new Terminal(false, false, 80, false),
                                new PrintWriter(out),
                                new PrintWriter(err))
                        .run(all);
        assertThat(exit).as(err.toString()).isZero();
        return out.toString() + err;
    }

    @Test
    void itIsCopiedAndListed() throws IOException {
        String told = merge();
        assertThat(told)
                .contains(
                        "note: code of others is copied as data and never run here: auto_map, code.py")
                .containsPattern("[0-9a-f]{64} +21 +code\\.py");
        assertThat(folder.resolve("out/code.py")).hasContent(CODE);
        assertThat(folder.resolve("out/SHA256SUMS")).content().contains("  code.py");
        assertThat(folder.resolve("out/config.json")).content().contains("auto_map");
    }

    @Test
    void itIsLeftOutWhereThatIsAskedFor() throws IOException {
        assertThat(merge("--no-remote-code"))
                .contains("note: code of others is left out: auto_map, code.py");
        assertThat(folder.resolve("out/code.py")).doesNotExist();
        assertThat(folder.resolve("out/config.json"))
                .content()
                .doesNotContain("auto_map")
                .contains("\"max_position_embeddings\": 16384");
    }

    @Test
    void filesForLlamaCppHaveNone() {
        assertThat(merge("--format=gguf")).doesNotContain("code of others");
    }
}
