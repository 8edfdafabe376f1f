package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void eachStreamIsATerminalOfItsOwn() {
        assertThat(Terminal.of("err", "120", Map.of()))
                .isEqualTo(new Terminal(false, true, 120, true));
    }

    @Test
    void withoutTheStartScriptNothingIsATerminal() {
        assertThat(Terminal.of("", "", Map.of())).isEqualTo(new Terminal(false, false, 80, true));
    }

    @Test
    void noColorIsHonoured() {
        assertThat(Terminal.of("out,err", "80", Map.of("NO_COLOR", "1")).color()).isFalse();
    }

    @Test
    void anEmptyNoColorSaysNothing() {
        assertThat(Terminal.of("out,err", "80", Map.of("NO_COLOR", "")).color()).isTrue();
    }

    @Test
    void aDumbTerminalCannotRedraw() {
        assertThat(Terminal.of("out,err", "80", Map.of("TERM", "dumb")).err()).isFalse();
    }

    @Test
    void anOddWidthIsIgnored() {
        assertThat(Terminal.of("err", "0", Map.of()).columns()).isEqualTo(80);
    }
}
