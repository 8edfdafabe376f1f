package dev.weightsmith.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Where values lie along an axis, and at which round numbers it has ticks.
///
/// Only [StrictMath] computes here, so that a page has the same bytes on every machine.
sealed interface Scale {
    /// Where `value` lies: 0 at the beginning of the axis, 1 at its end.
    double share(double value);

    /// The ticks, fewer with every level; none when so few would say nothing.
    List<Tick> ticks(int level);

    /// @param share 0 to 1 along the axis
    record Tick(double share, String label) {}

    /// A scale that begins and ends at round numbers around `values`.
    static Scale around(Axis axis, double[] values) {
        return axis.logarithmic() ? Ratios.around(axis, values) : Distances.around(axis, values);
    }

    /// A scale from 0 on.
    static Scale fromZero(Axis axis, double most) {
        return Distances.around(axis, new double[] {0, most > 0 ? most : 1});
    }

    /// Equal distances are equal differences.
    record Distances(Axis axis, Step step, double from, double to) implements Scale {
        /// How many steps an axis is divided into, about.
        private static final double STEPS = 5;

        /// Values that differ by less are drawn as one.
        private static final double NEARLY = 1e-12;

        static Distances around(Axis axis, double[] values) {
            double least = Arrays.stream(values).min().orElse(0);
            double most = Arrays.stream(values).max().orElse(1);
            if (most - least <= NEARLY * Math.max(Math.abs(least), Math.abs(most))) {
                double air = Math.abs(most) < Double.MIN_NORMAL ? 1 : Math.abs(most) / 10;
                least -= air;
                most += air;
            }
            var step = Step.atLeast((most - least) / STEPS);
            return new Distances(
                    axis,
                    step,
                    step.times(step.wholeBelow(least)).doubleValue(),
                    step.times(step.wholeAbove(most)).doubleValue());
        }

        @Override
        public double share(double value) {
            return (value - from) / (to - from);
        }

        @Override
        public List<Tick> ticks(int level) {
            Step distance = step;
            for (int i = 0; i < level; i++) {
                distance = distance.next();
            }
            var ticks = new ArrayList<Tick>();
            long last = distance.wholeBelow(to);
            for (long i = distance.wholeAbove(from); i <= last; i++) {
                BigDecimal value = distance.times(i);
                ticks.add(new Tick(share(value.doubleValue()), label(value, axis)));
            }
            return ticks.size() < 2 ? List.of() : ticks;
        }
    }

    /// Equal distances are equal ratios.
    ///
    /// @param start where they begin, past the place of 0
    record Ratios(Axis axis, double from, double to, double start) implements Scale {
        /// What sets 0 apart from the rest.
        private static final double APART = 0.12;

        /// What is left before the least value and behind the most.
        private static final double AIR = 1.2;

        static Ratios around(Axis axis, double[] values) {
            double[] positive = Arrays.stream(values).filter(value -> value > 0).toArray();
            double least = Arrays.stream(positive).min().orElse(1);
            double most = Arrays.stream(positive).max().orElse(1);
            double start = positive.length < values.length ? APART : 0;
            var close = new Ratios(axis, least / AIR, most * AIR, start);
            return close.ticks(0).isEmpty()
                    ? new Ratios(
                            axis,
                            Step.atMost(least / AIR).value(),
                            Step.atLeast(most * AIR).value(),
                            start)
                    : close;
        }

        @Override
        public double share(double value) {
            if (value <= 0) {
                return 0;
            }
            double begin = StrictMath.log(from);
            double along = (StrictMath.log(value) - begin) / (StrictMath.log(to) - begin);
            return start + (1 - start) * along;
        }

        /// First 1, 2 and 5 of every power of ten, then the powers alone, then every second, …
        @Override
        public List<Tick> ticks(int level) {
            var ticks = new ArrayList<Tick>();
            for (var number = Step.atLeast(from); number.value() <= to; number = number.next()) {
                if (level == 0 || (number.digit() == 1 && number.power() % level == 0)) {
                    ticks.add(new Tick(share(number.value()), label(number.times(1), axis)));
                }
            }
            if (ticks.size() < 2) {
                return List.of();
            }
            if (start > 0) {
                ticks.add(new Tick(0, "0"));
            }
            return ticks;
        }
    }

    /// With as many decimals as the number has; with a power of ten where that would be long.
    private static String label(BigDecimal value, Axis axis) {
        if (value.signum() == 0) {
            return "0";
        }
        BigDecimal plain = value.stripTrailingZeros();
        int power = plain.precision() - plain.scale() - 1;
        String number =
                power > 8 || power < -6
                        ? plain.movePointLeft(power).toPlainString() + "e" + power
                        : String.format(
                                Locale.ROOT, "%,." + Math.max(0, value.scale()) + "f", value);
        return number.replace('-', '−') + axis.suffix();
    }
}
