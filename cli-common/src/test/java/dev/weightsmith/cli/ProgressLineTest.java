package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static final Terminal WIDE = new Terminal(true, true, 100, true);
    private static final Terminal NARROW = new Terminal(true, true, 20, true);
    private static final Terminal NONE = new Terminal(false, false, 80, true);
    private static final long MB = 1_000_000;

    private final StringWriter printed = new StringWriter();
    private long now;

    private ProgressLine line(Terminal terminal) {
        return new ProgressLine(new PrintWriter(printed), terminal, () -> now);
    }

    private void after(double seconds) {
        now += (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void aShortJobSaysNothing() {
        var line = line(WIDE);
        line.begin("folding", 100 * MB);
        for (int i = 0; i < 10; i++) {
            after(0.19);
            line.advance(10 * MB);
        }
        line.end();
        assertThat(printed.toString()).isEmpty();
    }

    @Test
    void aTerminalShowsBarRateAndTimeLeft() {
        var line = line(WIDE);
        line.begin("folding", 1000 * MB);
        after(4);
        line.advance(400 * MB);
        assertThat(printed.toString())
                .isEqualTo(
                        "\r\u001b[Kfolding 40% [########............] 400 MB of 1.00 GB,"
                                + " 100 MB/s, 6.0 s left");
    }

    @Test
    void chineseNamesTakeTwoColumnsACharacter() {
        var line = line(NARROW);
        line.begin("写出一个很长很长的名字", 1000 * MB);
        after(4);
        line.advance(400 * MB);
        assertThat(printed.toString()).isEqualTo("\r\u001b[K写出一个很长很长的");
    }

    @Test
    void aTerminalIsRedrawnInPlaceAndErasedAtTheEnd() {
        var line = line(WIDE);
        line.begin("folding", 1000 * MB);
        after(4);
        line.advance(400 * MB);
        after(0.3);
        line.advance(MB);
        line.end();
        assertThat(printed.toString())
                .doesNotContain("\n")
                .containsPattern("\r\u001b\\[Kfolding 40% .*\r\u001b\\[Kfolding 40% ")
                .endsWith("\r\u001b[K");
    }

    @Test
    void aTerminalIsNotRedrawnTooOften() {
        var line = line(WIDE);
        line.begin("folding", 1000 * MB);
        after(4);
        for (int i = 0; i < 100; i++) {
            line.advance(MB);
        }
        assertThat(printed.toString().split("\r", -1)).hasSize(2);
    }

    @Test
    void aNarrowTerminalIsNotOverrun() {
        var line = line(NARROW);
        line.begin("folding", 1000 * MB);
        after(4);
        line.advance(400 * MB);
        assertThat(printed.toString()).isEqualTo("\r\u001b[Kfolding 40% 400 MB ");
    }

    @Test
    void elsewhereAPlainLineComesEveryFewSeconds() {
        var line = line(NONE);
        line.begin("folding", 1000 * MB);
        for (int second = 0; second < 9; second++) {
            after(1);
            line.advance(50 * MB);
        }
        line.end();
        assertThat(printed.toString())
                .isEqualTo(
                        """
                        folding: 10%, 100 MB of 1.00 GB, 50.0 MB/s, 18 s left
                        folding: 35%, 350 MB of 1.00 GB, 50.0 MB/s, 13 s left
                        """);
    }

    @Test
    void anUnknownTotalShowsNoShare() {
        var line = line(NONE);
        line.begin("reading", 0);
        after(3);
        line.advance(300 * MB);
        assertThat(printed.toString()).isEqualTo("reading: 300 MB, 100 MB/s\n");
    }

    @Test
    void moreThanAnnouncedIsNotMoreThanAll() {
        var line = line(NONE);
        line.begin("reading", 100 * MB);
        after(3);
        line.advance(300 * MB);
        assertThat(printed.toString()).isEqualTo("reading: 100%, 300 MB of 100 MB, 100 MB/s\n");
    }

    @Test
    void aFileNameCannotSteerTheTerminal() {
        var line = line(NONE);
        line.begin("writing \u001b[2Jx", 0);
        after(3);
        line.advance(300 * MB);
        assertThat(printed.toString()).startsWith("writing \\u{1b}[2Jx: ");
    }

    @Test
    void everyJobStartsAfresh() {
        var line = line(NONE);
        line.begin("folding", 1000 * MB);
        after(3);
        line.advance(900 * MB);
        line.end();
        line.begin("checking", 1000 * MB);
        after(3);
        line.advance(300 * MB);
        assertThat(printed.toString())
                .endsWith("checking: 30%, 300 MB of 1.00 GB, 100 MB/s, 7.0 s left\n");
    }
}
