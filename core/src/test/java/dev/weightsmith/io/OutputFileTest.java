package dev.weightsmith.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OutputFileTest {
    @Test
    void whoMayWriteNoLargerFileIsToldHowToWriteSmallerOnes() {
        var failure = OutputFile.failed(Path.of("x"), new IOException("File too large"));
        assertThat(failure.problem().hint().orElse("")).contains("--shard-size");
    }
}
