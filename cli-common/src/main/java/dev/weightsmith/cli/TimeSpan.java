package dev.weightsmith.cli;

import java.util.Locale;

/// A length of time as people read it: `0.8 s`, `43 s`, `5 min 07 s`, `2 h 05 min`.
public record TimeSpan(long nanoseconds) {
    private static final long SECOND = 1_000_000_000;

    @Override
    public String toString() {
        if (nanoseconds < 10 * SECOND) {
            return String.format(Locale.ROOT, "%.1f s", (double) nanoseconds / SECOND);
        }
        long seconds = Math.round((double) nanoseconds / SECOND);
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
        }
        return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds % 3600 / 60);
    }
}
