package dev.weightsmith.kernel;

import java.util.Random;

/// Rows and importance vectors of many characters, for comparing implementations.
final class RandomRows {
    private static final int CHARACTERS = 12;

    private final Random random;

    RandomRows(long seed) {
        random = new Random(seed);
    }

    /// `rows` rows after each other, each block of 32 of one character or another.
    float[] values(int rows, int columns) {
        var values = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            // Most rows have one character; some change it in every block.
            int character = random.nextInt(CHARACTERS + 2);
            for (int i = 0; i < columns; i += 32) {
                fill(
                        values,
                        row * columns + i,
                        Math.min(32, columns - i),
                        character < CHARACTERS ? character : random.nextInt(CHARACTERS));
            }
        }
        return values;
    }

    private void fill(float[] values, int at, int count, int character) {
        float scale = (float) Math.pow(10, random.nextInt(82) - 46);
        float constant = gaussian() * 0.1f;
        for (int i = at; i < at + count; i++) {
            values[i] =
                    switch (character) {
                        case 0 -> gaussian() * 0.02f;
                        case 1 -> gaussian();
                        case 2 -> finite(gaussian() * scale);
                        case 3 -> bits();
                        case 4 -> random.nextInt(10) == 0 ? gaussian() : 0f;
                        case 5 -> constant;
                        case 6 -> (random.nextInt(17) - 8) * 0.25f;
                        case 7 -> gaussian() * 1e-15f;
                        case 8 -> gaussian() * (random.nextInt(16) == 0 ? 100f : 0.01f);
                        case 9 -> Math.abs(gaussian());
                        case 10 -> random.nextBoolean() ? 0f : -0f;
                        default -> Float.float16ToFloat(Float.floatToFloat16(gaussian() * 0.02f));
                    };
        }
    }

    float[] importance(int columns) {
        var weights = new float[columns];
        int character = random.nextInt(6);
        for (int i = 0; i < columns; i++) {
            weights[i] =
                    switch (character) {
                        case 0 -> random.nextFloat();
                        case 1 -> gaussian() * gaussian();
                        case 2 -> random.nextInt(10) == 0 ? random.nextFloat() : 0f;
                        case 3 -> random.nextFloat() * 1e-40f;
                        case 4 -> (float) Math.pow(10, random.nextInt(41) - 20);
                        default -> random.nextInt(50) == 0 ? 1000f : 0.01f;
                    };
            weights[i] = Math.abs(weights[i]);
        }
        return weights;
    }

    float[] gaussians(int count, float scale) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = gaussian() * scale;
        }
        return values;
    }

    byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private float gaussian() {
        return (float) random.nextGaussian();
    }

    private float bits() {
        return finite(Float.intBitsToFloat(random.nextInt()));
    }

    private static float finite(float value) {
        return Float.isFinite(value) ? value : 1f;
    }
}
