package dev.weightsmith.compare;

import java.util.Arrays;

/// How many dimensions a matrix really has, noise aside.
///
/// What a LoRA adapter adds is a matrix of its rank; other training and other rounding differ in
/// all dimensions.
final class LowRank {
    private static final int MAX_SWEEPS = 60;
    private static final double CONVERGED = 1e-12;

    private LowRank() {}

    /// The number of singular values that are larger than noise makes them.
    ///
    /// @param matrix rows of the same length; overwritten
    /// @param noise standard deviation of what rounding adds to each element
    static int of(double[][] matrix, double noise) {
        double[] singular = singularValues(matrix);
        // The largest singular value of pure noise is close to noise * (sqrt(m) + sqrt(n)); the
        // factor leaves room for rounding more than once.
        double limit =
                2 * noise * (Math.sqrt(matrix.length) + Math.sqrt(matrix[0].length))
                        + 1e-6 * singular[0];
        return (int) Arrays.stream(singular).filter(value -> value > limit).count();
    }

    /// In descending order: the rows are made orthogonal pair by pair (one-sided Jacobi), and their
    /// lengths remain.
    static double[] singularValues(double[][] rows) {
        for (int sweep = 0; sweep < MAX_SWEEPS && orthogonalize(rows); sweep++) {}
        return Arrays.stream(rows)
                .map(row -> -Math.sqrt(dot(row, row)))
                .sorted()
                .mapToDouble(length -> -length)
                .toArray();
    }

    private static boolean orthogonalize(double[][] rows) {
        boolean turned = false;
        for (int i = 0; i < rows.length; i++) {
            for (int j = i + 1; j < rows.length; j++) {
                double a = dot(rows[i], rows[i]);
                double b = dot(rows[j], rows[j]);
                double c = dot(rows[i], rows[j]);
                if (Math.abs(c) > CONVERGED * Math.sqrt(a * b)) {
                    turn(rows[i], rows[j], (b - a) / (2 * c));
                    turned = true;
                }
            }
        }
        return turned;
    }

    private static void turn(double[] x, double[] y, double zeta) {
        double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        double cosine = 1 / Math.sqrt(1 + tangent * tangent);
        double sine = cosine * tangent;
        for (int k = 0; k < x.length; k++) {
            double old = x[k];
            x[k] = cosine * old - sine * y[k];
            y[k] = sine * old + cosine * y[k];
        }
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int k = 0; k < x.length; k++) {
            sum += x[k] * y[k];
        }
        return sum;
    }
}
