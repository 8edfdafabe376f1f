package dev.weightsmith.quantize.cli;

import dev.weightsmith.quantize.TensorRole;
import dev.weightsmith.quantize.report.TensorFigures;
import dev.weightsmith.report.Paint;
import dev.weightsmith.report.Paint.Heat;
import dev.weightsmith.report.Paint.Rank;
import dev.weightsmith.report.Paint.Tone;
import dev.weightsmith.tensor.DType;

/// The colours of tensors on the page.
final class TensorPaint {
    private TensorPaint() {}

    /// Attention in cool colours, feed-forward in warm ones.
    static Paint of(TensorRole role) {
        return switch (role) {
            case EMBEDDING -> Tone.VIOLET;
            case OUTPUT -> Tone.BROWN;
            case QUERY -> Tone.BLUE;
            case KEY -> Tone.SKY;
            case VALUE -> Tone.TEAL;
            case ATTENTION_OUTPUT -> Tone.GREEN;
            case GATE -> Tone.AMBER;
            case UP -> Tone.ORANGE;
            case DOWN -> Tone.ROSE;
            case OTHER -> Tone.GREY;
        };
    }

    /// From few bits to many; those that are found in one file lie apart.
    static Paint of(DType type) {
        return switch (type) {
            case Q2_K -> new Rank(0);
            case Q3_K -> new Rank(2);
            case IQ4_XS -> new Rank(4);
            case IQ4_NL -> new Rank(5);
            case Q4_0 -> new Rank(6);
            case Q4_K -> new Rank(7);
            case Q4_1 -> new Rank(8);
            case Q5_0 -> new Rank(9);
            case Q5_K -> new Rank(10);
            case Q5_1 -> new Rank(11);
            case Q6_K -> new Rank(12);
            case Q8_0 -> new Rank(14);
            case F16 -> new Rank(15);
            case BF16 -> new Rank(16);
            case F32 -> new Rank(17);
            default -> Tone.GREY;
        };
    }

    /// How the error of a tensor compares with what is usual for its type.
    static Paint ofError(TensorFigures tensor) {
        return tensor.relativeError() == 0
                ? Tone.FAINT
                : Heat.of(tensor.relativeError(), UsualError.of(tensor.written().dtype()));
    }
}
