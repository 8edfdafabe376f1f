package dev.weightsmith.report;

import java.util.Locale;

/// A colour of the palette. Its shades for light and dark stand in `page.css`.
public sealed interface Paint {
    /// The class that gives it to an element.
    String style();

    /// Colours of things that have no order.
    enum Tone implements Paint {
        BLUE,
        SKY,
        TEAL,
        GREEN,
        AMBER,
        ORANGE,
        ROSE,
        VIOLET,
        BROWN,
        GREY,
        /// Of what has nothing to say.
        FAINT;

        @Override
        public String style() {
            return "p-" + name().toLowerCase(Locale.ROOT);
        }
    }

    /// Colours of things in an order, from yellow for little to plum for much.
    ///
    /// @param place 0 to 17
    record Rank(int place) implements Paint {
        private static final int LAST = 17;

        public Rank {
            if (place < 0 || place > LAST) {
                throw new IllegalArgumentException(
                        "place %d, expected 0 to %d".formatted(place, LAST));
            }
        }

        @Override
        public String style() {
            return "p-r" + place;
        }
    }

    /// How far a value lies from what is usual: below in blue, above in red, faint where it is as
    /// usual.
    ///
    /// @param step −4 for half the usual or less, 4 for twice the usual or more
    record Heat(int step) implements Paint {
        private static final int STEPS = 4;

        public Heat {
            if (step < -STEPS || step > STEPS) {
                throw new IllegalArgumentException("step %d, expected -4 to 4".formatted(step));
            }
        }

        /// The colour of a positive value: four steps to the octave. What is no number is as far
        /// off as can be.
        public static Heat of(double value, double usual) {
            double octaves = StrictMath.log(value / usual) / StrictMath.log(2);
            return new Heat(
                    Double.isNaN(octaves)
                            ? STEPS
                            : Math.clamp(Math.round(octaves * STEPS), -STEPS, STEPS));
        }

        @Override
        public String style() {
            return "p-h" + (step + STEPS);
        }
    }
}
