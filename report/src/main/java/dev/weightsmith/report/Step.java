package dev.weightsmith.report;

import java.math.BigDecimal;
import java.math.BigInteger;

/// A number that people count in: 1, 2 or 5 times a power of ten.
record Step(int digit, int power) {
    /// Forgives the last bit of a division.
    private static final double NEARLY = 1e-9;

    /// The smallest that is not below a positive `value`.
    static Step atLeast(double value) {
        var step = new Step(1, (int) StrictMath.floor(StrictMath.log10(value)) - 1);
        while (step.value() < value * (1 - NEARLY)) {
            step = step.next();
        }
        return step;
    }

    /// The largest that is not above a positive `value`.
    static Step atMost(double value) {
        Step step = atLeast(value);
        return step.value() > value * (1 + NEARLY) ? step.previous() : step;
    }

    Step next() {
        return switch (digit) {
            case 1 -> new Step(2, power);
            case 2 -> new Step(5, power);
            default -> new Step(1, power + 1);
        };
    }

    private Step previous() {
        return switch (digit) {
            case 5 -> new Step(2, power);
            case 2 -> new Step(1, power);
            default -> new Step(5, power - 1);
        };
    }

    double value() {
        return times(1).doubleValue();
    }

    BigDecimal times(long count) {
        return new BigDecimal(BigInteger.valueOf(Math.multiplyExact(count, (long) digit)), -power);
    }

    /// How many whole steps `value` holds, rounded down.
    long wholeBelow(double value) {
        return (long) StrictMath.floor(value / value() + NEARLY);
    }

    /// The same, rounded up.
    long wholeAbove(double value) {
        return (long) StrictMath.ceil(value / value() - NEARLY);
    }
}
