package dev.weightsmith.compare;

import java.util.OptionalInt;

/// How the values of two tensors of one shape, or of the rows that they have in common, differ.
///
/// Small distances are counted in units in the last place (ulp) of the type that both are stored
/// in, or of the coarser one, at the element or at its row's usual size, whichever is larger: where
/// terms cancelled out, the roundings before were as coarse as the terms.
///
/// @param elements that were compared
/// @param differing elements whose values differ
/// @param rows that hold such elements
/// @param first the first of them
/// @param largest the one with the largest difference
/// @param close elements that differ by at most two ulp
/// @param rounded elements that still differ once both are rounded to the coarser type
/// @param flippedBit which bit differs, counted from the lowest, where a single bit of a single
///   element does
public record Difference(
        long elements,
        long differing,
        Range rows,
        Element first,
        Element largest,
        long close,
        long rounded,
        OptionalInt flippedBit) {

    /// An element and its two values.
    public record Element(long row, long column, double a, double b) {
        public double distance() {
            return Math.abs(a - b);
        }
    }

    /// @param first first row that differs
    /// @param last last row that does
    /// @param count how many do
    public record Range(long first, long last, long count) {}

    /// Whether nearly all that differ do so by a rounding or two.
    boolean isRounding() {
        return close >= differing * 0.98;
    }

    /// Whether rounding to the coarser type is all there is. A few elements may be off by a step:
    /// those that were rounded from a finer type once here and twice there.
    boolean isRoundingToCoarser() {
        return close == differing && rounded <= elements * 0.1;
    }
}
