package dev.weightsmith.engine;

/// How far values lie from those that they stand for.
///
/// @param referenceSquares the sum of the squares of the values they stand for
/// @param errorSquares the sum of the squares of the differences
/// @param largest the largest difference, without sign
public record Deviation(
        long elements, double referenceSquares, double errorSquares, double largest) {
    /// Of nothing.
    public static final Deviation NONE = new Deviation(0, 0, 0, 0);

    /// The root of the mean square of the differences.
    public double rmse() {
        return elements == 0 ? 0 : Math.sqrt(errorSquares / elements);
    }

    /// [#rmse] as a fraction of the root of the mean square of the values; 0 where all are 0.
    public double relative() {
        return referenceSquares == 0 ? 0 : Math.sqrt(errorSquares / referenceSquares);
    }

    /// Of both taken together.
    public Deviation plus(Deviation other) {
        return new Deviation(
                elements + other.elements,
                referenceSquares + other.referenceSquares,
                errorSquares + other.errorSquares,
                Math.max(largest, other.largest));
    }
}
