package dev.weightsmith.inference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/// Chooses the next token. The same seed chooses the same ones.
public final class Sampler {
    private final double temperature;
    private final double topP;
    private final RandomGenerator random;

    /// @param temperature 0 always takes the likeliest; 1 keeps the model's probabilities
    /// @param topP how much probability the tokens that are chosen from must have together
    public Sampler(double temperature, double topP, long seed) {
        this.temperature = temperature;
        this.topP = topP;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    public static Sampler greedy() {
        return new Sampler(0, 1, 0);
    }

    int choose(float[] logits) {
        int likeliest = likeliest(logits);
        if (temperature == 0) {
            return likeliest;
        }
        double[] weights = new double[logits.length];
        double sum = 0;
        for (int id = 0; id < logits.length; id++) {
            weights[id] = Math.exp(((double) logits[id] - logits[likeliest]) / temperature);
            sum += weights[id];
        }
        int[] ids = IntStream.range(0, logits.length).toArray();
        if (topP < 1) {
            ids =
                    IntStream.range(0, logits.length)
                            .boxed()
                            .sorted(Comparator.comparingDouble(id -> -weights[id]))
                            .mapToInt(Integer::intValue)
                            .toArray();
            double kept = 0;
            int count = 0;
            while (count < ids.length && kept < topP * sum) {
                kept += weights[ids[count++]];
            }
            ids = Arrays.copyOf(ids, count);
            sum = kept;
        }
        double place = random.nextDouble() * sum;
        for (int id : ids) {
            place -= weights[id];
            if (place < 0) {
                return id;
            }
        }
        return likeliest;
    }

    /// The first of the largest.
    static int likeliest(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            if (logits[id] > logits[best]) {
                best = id;
            }
        }
        return best;
    }
}
