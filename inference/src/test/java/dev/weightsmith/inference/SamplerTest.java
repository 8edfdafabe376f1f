package dev.weightsmith.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final float[] LOGITS = {0, 2, 1, 2};

    private static double share(Sampler sampler, int id) {
        return IntStream.range(0, 20_000).filter(_ -> sampler.choose(LOGITS) == id).count()
                / 20_000.0;
    }

    @Test
    void greedyTakesTheFirstOfTheLikeliest() {
        assertThat(Sampler.greedy().choose(LOGITS)).isEqualTo(1);
    }

    @Test
    void temperatureOneKeepsTheProbabilities() {
        double sum = 1 + 2 * Math.exp(2) + Math.exp(1);
        assertThat(share(new Sampler(1, 1, 5), 2)).isCloseTo(Math.exp(1) / sum, within(0.01));
    }

    @Test
    void lowTemperaturePrefersTheLikely() {
        assertThat(share(new Sampler(0.1, 1, 5), 2)).isLessThan(0.001);
    }

    @Test
    void topPLeavesOutTheUnlikely() {
        assertThat(share(new Sampler(1, 0.5, 5), 2)).isZero();
        assertThat(share(new Sampler(1, 0.5, 5), 3)).isCloseTo(0.5, within(0.02));
    }

    @Test
    void theSameSeedChoosesTheSame() {
        var one = new Sampler(1, 0.9, 42);
        var other = new Sampler(1, 0.9, 42);
        for (int i = 0; i < 100; i++) {
            assertThat(one.choose(LOGITS)).isEqualTo(other.choose(LOGITS));
        }
    }
}
