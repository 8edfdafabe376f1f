package dev.weightsmith.quantize.report;

import dev.weightsmith.quantize.report.Svg.Anchor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Several types of one model: how much error for how many bits.
final class ComparisonChart {
    private static final double WIDTH = 1040;
    private static final double HEIGHT = 320;
    private static final double LEFT = 96;
    private static final double RIGHT = WIDTH - 100;
    private static final double TOP = 16;
    private static final double BOTTOM = HEIGHT - 44;

    private ComparisonChart() {}

    static String of(List<FileFigures> files) {
        var svg = new Svg(WIDTH, HEIGHT, "relative error against bits per weight");
        double[] bits =
                files.stream().mapToDouble(file -> file.size().bitsPerWeight()).sorted().toArray();
        double[] errors =
                files.stream()
                        .mapToDouble(FileFigures::relativeError)
                        .filter(error -> error > 0)
                        .sorted()
                        .toArray();
        int fromBits = (int) Math.floor(bits[0]);
        int toBits = Math.max(fromBits + 1, (int) Math.ceil(bits[bits.length - 1]));
        int fromDecade = errors.length == 0 ? -3 : (int) Math.floor(Math.log10(errors[0]));
        int toDecade =
                errors.length == 0
                        ? 0
                        : Math.max(
                                fromDecade + 1,
                                (int) Math.ceil(Math.log10(errors[errors.length - 1])));
        int step = Math.max(1, (toBits - fromBits) / 12);
        for (int bit = fromBits; bit <= toBits; bit += step) {
            double x = scale(bit, fromBits, toBits, LEFT, RIGHT);
            svg.line(x, TOP, x, BOTTOM);
            svg.text(x, BOTTOM + 18, Anchor.MIDDLE, Integer.toString(bit));
        }
        svg.text((LEFT + RIGHT) / 2, HEIGHT - 6, Anchor.MIDDLE, "bits per weight");
        for (int decade = fromDecade; decade <= toDecade; decade++) {
            double y = scale(decade, fromDecade, toDecade, BOTTOM, TOP);
            svg.line(LEFT, y, RIGHT, y);
            svg.text(LEFT - 8, y + 4, Anchor.END, decadeLabel(decade));
        }
        var labels = new ArrayList<double[]>();
        List<FileFigures> leftToRight =
                files.stream()
                        .sorted(Comparator.comparingDouble(file -> file.size().bitsPerWeight()))
                        .toList();
        for (FileFigures file : leftToRight) {
            double error = file.relativeError();
            double x = scale(file.size().bitsPerWeight(), fromBits, toBits, LEFT, RIGHT);
            double y =
                    error == 0
                            ? BOTTOM
                            : scale(Math.log10(error), fromDecade, toDecade, BOTTOM, TOP);
            svg.circle(
                    x,
                    y,
                    5,
                    Colors.BARS,
                    "%s: %s, %s bits per weight, error %s"
                            .formatted(
                                    file.type(),
                                    Figures.size(file.bytes()),
                                    Figures.bits(file.size().bitsPerWeight()),
                                    Figures.percent(error)));
            double[] place = freePlace(labels, x, y, file.type().name().length() * 7.0);
            labels.add(place);
            svg.text(place[0], place[1], Anchor.START, file.type().name());
        }
        return svg.toString();
    }

    /// Where a label stands: left end, base line, right end. The first place near the dot where no
    /// other label is.
    private static double[] freePlace(List<double[]> taken, double x, double y, double width) {
        for (int away = 0; away < 8; away++) {
            double[][] places = {
                {x + 8, y - 8 - 13 * away, x + 8 + width},
                {x + 8, y + 16 + 13 * away, x + 8 + width},
                {x - 8 - width, y + 16 + 13 * away, x - 8},
                {x - 8 - width, y - 8 - 13 * away, x - 8}
            };
            for (double[] place : places) {
                boolean free =
                        taken.stream()
                                .noneMatch(other ->
                                        Math.abs(other[1] - place[1]) < 13
                                                && other[0] < place[2]
                                                && place[0] < other[2]);
                if (free) {
                    return place;
                }
            }
        }
        return new double[] {x + 8, y - 8, x + 8 + width};
    }

    private static String decadeLabel(int decade) {
        double percent = 100 * Math.pow(10, decade);
        return decade >= -2
                ? String.format(Locale.ROOT, "%.0f%%", percent)
                : String.format(Locale.ROOT, "%." + (-2 - decade) + "f%%", percent);
    }

    private static double scale(
            double value, double from, double to, double fromPixel, double toPixel) {
        return fromPixel + (value - from) / (to - from) * (toPixel - fromPixel);
    }
}
