package dev.weightsmith.pattern;

/// The steps that matching regular expressions may take together, so that `(a+)+$` ends in an
/// error, not in hours.
public final class StepBudget {
    private long steps = 50_000_000;

    private void spend() {
        if (--steps < 0) {
            throw new Exhausted();
        }
    }

    /// `text` for a matcher; every look at it spends a step.
    public CharSequence meter(String text) {
        return new Metered(text, this);
    }

    /// Matching took too long.
    public static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1;

        /// Says so.
        public Exhausted() {
            super("patterns take too long to match", null, false, false);
        }
    }

    private record Metered(String text, StepBudget budget) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            budget.spend();
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
