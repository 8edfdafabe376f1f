package dev.weightsmith.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LowRankTest {
    private static double[][] product(int rows, int columns, int rank, double noise) {
        var random = new Random(rank);
        var b = new double[rows][rank];
        var a = new double[rank][columns];
        fill(b, random);
        fill(a, random);
        var matrix = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                for (int k = 0; k < rank; k++) {
                    matrix[i][j] += b[i][k] * a[k][j];
                }
                matrix[i][j] += noise * random.nextGaussian();
            }
        }
        return matrix;
    }

    private static void fill(double[][] matrix, Random random) {
        for (double[] row : matrix) {
            for (int j = 0; j < row.length; j++) {
                row[j] = random.nextGaussian();
            }
        }
    }

    @Test
    void singularValuesAreThoseOfADiagonal() {
        double[] values = LowRank.singularValues(new double[][] {{0, 3}, {-4, 0}});
        assertThat(values).containsExactly(new double[] {4, 3}, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 24})
    void rankIsFoundThroughNoise(int rank) {
        assertThat(LowRank.of(product(64, 80, rank, 0.01), 0.01)).isEqualTo(rank);
    }

    @Test
    void noiseAloneHasNoRank() {
        assertThat(LowRank.of(product(64, 80, 0, 0.01), 0.01)).isZero();
    }

    @Test
    void fullRankIsFull() {
        assertThat(LowRank.of(product(32, 80, 80, 0), 1e-6)).isEqualTo(32);
    }
}
