package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ErrorReportTest {
    private final FileException cut =
            new FileException(
                    Problem.of(ErrorKind.MALFORMED, Path.of("a.gguf"), "ends early")
                            .at(1042)
                            .withHint("fetch it again"));

    private static String printed(Throwable thrown, boolean json, boolean trace, boolean color) {
        var text = new StringWriter();
        ErrorReport.of(thrown)
                .print(new PrintWriter(text), new ErrorReport.Style(json, trace, color));
        return text.toString();
    }

    private static String plain(Throwable thrown) {
        return printed(thrown, false, false, false);
    }

    private static int exit(Throwable thrown) {
        return ErrorReport.of(thrown).exit().number();
    }

    @Test
    void aFileErrorIsOneLineAndAHint() {
        assertThat(plain(cut))
                .isEqualTo(
                        """
                        weightsmith: error: a.gguf: ends early (at byte 1042)
                        hint: fetch it again
                        """);
    }

    @Test
    void ofSeveralProblemsTheFirstIsToldAndTheOthersCounted() {
        assertThat(plain(twoProblems()))
                .isEqualTo(
                        """
                        weightsmith: error: a: ranks differ (and 1 more, which --json lists)
                        hint: see a
                        """);
    }

    @Test
    void jsonListsAllProblems() throws Exception {
        JsonNode error =
                new ObjectMapper()
                        .readTree(printed(twoProblems(), true, false, false))
                        .get("error");
        assertThat(error.at("/message").asText()).isEqualTo("ranks differ");
        assertThat(error.at("/more/0/message").asText()).isEqualTo("shapes differ");
    }

    private static PlanException twoProblems() {
        return new PlanException(
                List.of(
                        Problem.of(ErrorKind.MISMATCH, Path.of("a"), "ranks differ")
                                .withHint("see a"),
                        Problem.of(ErrorKind.MISMATCH, Path.of("b"), "shapes differ")));
    }

    @Test
    void withoutAHintThereIsOneLine() {
        assertThat(plain(new PlanException(Problem.of(ErrorKind.MISMATCH, "ranks differ"))))
                .isEqualTo("weightsmith: error: ranks differ\n");
    }

    @Test
    void inputsThatDoNotFitExitWith3() {
        assertThat(exit(new PlanException(Problem.of(ErrorKind.MISMATCH, "ranks differ"))))
                .isEqualTo(3);
    }

    @Test
    void lineBreaksInAMessageStayOnTheLine() {
        assertThat(
                        plain(
                                new PlanException(
                                        Problem.of(ErrorKind.MISMATCH, "two\r\nlines\u001b[1m"))))
                .isEqualTo("weightsmith: error: two lines [1m\n");
    }

    @Test
    void jsonHoldsTheSame() throws IOException {
        JsonNode error = new ObjectMapper().readTree(printed(cut, true, false, false)).get("error");
        assertThat(error.toString())
                .isEqualTo(
                        "{\"exit\":3,\"kind\":\"malformed\",\"file\":\"a.gguf\",\"offset\":1042,"
                                + "\"message\":\"ends early\",\"hint\":\"fetch it again\"}");
    }

    @Test
    void jsonIsOneLine() {
        assertThat(printed(cut, true, true, false).lines()).hasSize(1);
    }

    @Test
    void aStackTraceComesWhenAskedFor() {
        assertThat(printed(cut, false, true, false)).contains("\tat dev.weightsmith.cli.");
    }

    @Test
    void colourMarksTheWordErrorOnly() {
        assertThat(printed(cut, false, false, true))
                .startsWith("weightsmith: \u001b[1;31merror:\u001b[0m a.gguf");
    }

    @Test
    void outOfMemoryIsALimit() {
        assertThat(exit(new OutOfMemoryError("Java heap space"))).isEqualTo(10);
    }

    @Test
    void outOfMemorySaysWhatHelps() {
        assertThat(plain(new OutOfMemoryError("Java heap space")))
                .startsWith("weightsmith: error: out of memory: Java heap space\nhint: ")
                .contains("--max-memory");
    }

    @Test
    void aClosedPipeIsSilent() {
        assertThat(plain(new ClosedPipeException(new IOException("Broken pipe")))).isEmpty();
    }

    @Test
    void aClosedPipeExitsAsTheSignalWould() {
        var wrapped =
                new UncheckedIOException(new ClosedPipeException(new IOException("Broken pipe")));
        assertThat(exit(wrapped)).isEqualTo(141);
    }

    @Test
    void aBugExitsWith1() {
        assertThat(exit(new IllegalStateException("odd"))).isEqualTo(1);
    }

    @Test
    void aBugAsksToBeReported() {
        assertThat(plain(new IllegalStateException("odd")))
                .startsWith("weightsmith: error: internal error: IllegalStateException: odd (at ")
                .contains("\nhint: ", "report", "--stacktrace")
                .hasLineCount(2);
    }

    @Test
    void aProblemInsideAnotherThreadIsThatProblem() {
        assertThat(plain(new ExecutionException(new UncheckedIOException(cut))))
                .isEqualTo(plain(cut));
    }

    @Test
    void aMissingFileIsNamed() {
        assertThat(plain(new NoSuchFileException("x.bin")))
                .isEqualTo("weightsmith: error: x.bin: no such file\n");
    }

    @Test
    void aForbiddenFileExitsWith9() {
        assertThat(exit(new AccessDeniedException("x.bin"))).isEqualTo(9);
    }

    @Test
    void anExistingFileExitsWith7() {
        assertThat(exit(new FileAlreadyExistsException("x.bin"))).isEqualTo(7);
    }

    @Test
    void aFullDiskExitsWith8() {
        assertThat(exit(new FileSystemException("x.bin", null, "No space left on device")))
                .isEqualTo(8);
    }

    @Test
    void anyOtherFailureOfTheSystemExitsWith9() {
        assertThat(exit(new IOException("Input/output error"))).isEqualTo(9);
    }
}
