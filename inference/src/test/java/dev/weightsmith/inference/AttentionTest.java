package dev.weightsmith.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AttentionTest {
    private static NDManager manager;

    @BeforeAll
    static void start() throws IOException {
        manager = Torch.start(1);
    }

    @AfterAll
    static void stop() {
        manager.close();
    }

    private static NDArray random(int seed, long... shape) {
        var random = new Random(seed);
        float[] values = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(shape));
    }

    @Test
    void queriesInBlocksSeeWhatTheyWouldSeeTogether() {
        NDArray queries = random(1, 4, 9, 6);
        NDArray keys = random(2, 2, 12, 6);
        NDArray values = random(3, 2, 12, 6);
        float[] together = new Attention(manager).attend(queries, keys, values).toFloatArray();
        // 4 heads of 12 keys: 2 queries fit.
        float[] blocks =
                new Attention(manager, 2 * 4 * 12 * Float.BYTES)
                        .attend(queries, keys, values)
                        .toFloatArray();
        for (int i = 0; i < together.length; i++) {
            assertThat(blocks[i]).isCloseTo(together[i], within(1e-6f));
        }
    }

    @Test
    void theFirstQuerySeesItsOwnKeyAlone() {
        NDArray values = random(3, 1, 3, 2);
        float[] out =
                new Attention(manager)
                        .attend(random(1, 1, 3, 2), random(2, 1, 3, 2), values)
                        .toFloatArray();
        assertThat(out[0]).isCloseTo(values.toFloatArray()[0], within(1e-6f));
        assertThat(out[1]).isCloseTo(values.toFloatArray()[1], within(1e-6f));
    }
}
