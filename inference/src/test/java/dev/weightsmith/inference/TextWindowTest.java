package dev.weightsmith.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.PlanException;
import dev.weightsmith.inference.TextWindow.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextWindowTest {
    private static List<TextWindow> cut(int tokens, int context, int stride, Method method) {
        return TextWindow.cut(
                Path.of("t"),
                IntStream.range(100, 100 + tokens).toArray(),
                context,
                stride,
                method,
                OptionalInt.of(1));
    }

    @Test
    void windowsLieSideBySideAndTheLastMayBeShort() {
        List<TextWindow> windows = cut(10, 4, 4, Method.TRANSFORMERS);
        assertThat(windows).extracting(TextWindow::start).containsExactly(0, 4, 8);
        assertThat(windows.getLast().ids()).containsExactly(108, 109);
    }

    @Test
    void aSmallerStrideCountsEachTokenOnce() {
        List<TextWindow> windows = cut(10, 4, 3, Method.TRANSFORMERS);
        assertThat(windows.stream().flatMapToInt(window -> IntStream.of(window.targets())))
                .containsExactly(101, 102, 103, 104, 105, 106, 107, 108, 109);
    }

    @Test
    void aLastWindowOfOneTokenIsLeftOut() {
        assertThat(cut(9, 4, 4, Method.TRANSFORMERS)).hasSize(2);
    }

    @Test
    void llamaCppCountsTheSecondHalvesOfFullWindows() {
        List<TextWindow> windows = cut(10, 4, 4, Method.LLAMA_CPP);
        assertThat(windows).hasSize(2);
        assertThat(windows.getLast().ids()).containsExactly(1, 105, 106, 107);
        assertThat(windows.getLast().targets()).containsExactly(107);
    }

    @Test
    void aTextShorterThanAWindowIsRefused() {
        assertThatThrownBy(() -> cut(3, 4, 4, Method.TRANSFORMERS))
                .isInstanceOf(PlanException.class)
                .hasMessage("t: has 3 tokens, expected at least one window of 4");
    }
}
