package dev.weightsmith.quantize.report;

import dev.weightsmith.engine.Deviation;
import dev.weightsmith.quantize.TensorRole;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the report says of one tensor of one file.
///
/// @param written as it stands in the file
/// @param from the type it was made of
/// @param deviation from what it was made of; empty where the bytes are the same
public record TensorFigures(TensorInfo written, DType from, Optional<Deviation> deviation) {
    private static final Pattern LAYER = Pattern.compile("blk\\.(\\d{1,4})\\..*");

    public String name() {
        return written.name();
    }

    public TensorRole role() {
        return TensorRole.of(name());
    }

    /// The number in its name.
    public OptionalInt layer() {
        Matcher matcher = LAYER.matcher(name());
        return matcher.matches()
                ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
                : OptionalInt.empty();
    }

    public double bitsPerWeight() {
        return 8.0 * written.bytes() / Math.max(1, written.shape().elements());
    }

    /// 0 where the bytes are the same.
    public double relativeError() {
        return deviation.map(Deviation::relative).orElse(0.0);
    }
}
