package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
    @Test
    void textIsUtf8() {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintWriter(new StandardOutput(bytes));
        out.print("羊驼 😀");
        out.flush();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("羊驼 😀");
    }

    @Test
    void aClosedPipeEndsTheListing() {
        var out = new PrintWriter(new StandardOutput(failing("Broken pipe")));
        assertThatThrownBy(() -> out.print("x".repeat(100_000)))
                .isInstanceOf(UncheckedIOException.class)
                .extracting(e -> ErrorReport.of(e).exit().number())
                .isEqualTo(141);
    }

    @Test
    void aFullDiskIsNotDone() {
        var out = new PrintWriter(new StandardOutput(failing("No space left on device")));
        out.print("x");
        assertThatThrownBy(out::flush)
                .extracting(e -> ErrorReport.of(e).exit())
                .isEqualTo(ExitCode.NO_SPACE);
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(message);
            }
        };
    }
}
