package dev.weightsmith.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TokenScoresTest {
    private static final float[] LOGITS = {1, 3, -2, 0.5f, 3.5f, 2};
    private static final float[] OTHERS = {0, 3, -1, 0.5f, 3.0f, 2.5f};

    private static double probability(float[] logits, int id) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.exp(logits[id]) / sum;
    }

    @Test
    void theLossIsThatOfAllBlocksTogether() {
        var scores = new TokenScores(new int[] {3});
        scores.add(0, 0, LOGITS, 0, 2);
        scores.add(0, 2, LOGITS, 2, 2);
        scores.add(0, 4, LOGITS, 4, 2);
        assertThat(scores.loss()).isCloseTo(-Math.log(probability(LOGITS, 3)), within(1e-12));
        assertThat(scores.top(0)).isEqualTo(4);
    }

    @Test
    void hugeLogitsDoNotOverflow() {
        var scores = new TokenScores(new int[] {1});
        scores.add(0, 0, new float[] {10000, 10000}, 0, 2);
        assertThat(scores.loss()).isCloseTo(Math.log(2), within(1e-12));
    }

    @Test
    void theDivergenceIsThatOfAllBlocksTogether() {
        var divergence = new Divergence(new int[] {3});
        divergence.add(0, 0, LOGITS, OTHERS, 0, 4);
        divergence.add(0, 4, LOGITS, OTHERS, 4, 2);
        double expected = 0;
        for (int id = 0; id < LOGITS.length; id++) {
            double p = probability(LOGITS, id);
            expected += p * Math.log(p / probability(OTHERS, id));
        }
        assertThat(divergence.of(0)).isCloseTo(expected, within(1e-12));
    }

    @Test
    void theSameProbabilitiesDoNotDiverge() {
        var divergence = new Divergence(new int[] {0});
        divergence.add(0, 0, LOGITS, LOGITS, 0, 6);
        assertThat(divergence.of(0)).isZero();
        assertThat(divergence.agree(0)).isTrue();
    }
}
