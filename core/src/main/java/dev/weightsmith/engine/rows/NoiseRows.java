package dev.weightsmith.engine.rows;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.weightsmith.plan.Recipe;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Makes the rows of [Recipe.Noise].
///
/// Value number `i` of the tensor is made of two random 64-bit words, the outputs number `2i` and
/// `2i + 1` of the SplitMix64 generator, by the Box-Muller transform in `StrictMath`: the same on
/// every machine and in every version of Java.
final class NoiseRows extends Rows {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1p-53;

    private final Recipe.Noise noise;

    NoiseRows(Recipe.Noise noise) {
        super(noise, List.of());
        this.noise = noise;
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) {
        for (long i = 0; i < count * columns(); i++) {
            out.setAtIndex(JAVA_FLOAT_UNALIGNED, i, value(first * columns() + i));
        }
    }

    @Override
    long scratchBytes(long count) {
        return 0;
    }

    private float value(long index) {
        // In (0, 1], so that the logarithm is finite.
        double radius = ((word(2 * index) >>> 11) + 1) * UNIT;
        double angle = (word(2 * index + 1) >>> 11) * UNIT;
        double normal =
                StrictMath.sqrt(-2 * StrictMath.log(radius))
                        * StrictMath.cos(2 * StrictMath.PI * angle);
        return (float) (noise.deviation() * normal);
    }

    private long word(long number) {
        long z = noise.seed() + (number + 1) * GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
