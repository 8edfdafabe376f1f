package dev.weightsmith.quantize.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.Comparison;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.quantize.Encodable;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UsualErrorTest {
    private static final int ROWS = 64;
    private static final int COLUMNS = 1024;

    static Stream<DType> types() {
        return Arrays.stream(DType.values())
                .filter(type -> Encodable.contains(type) && type != DType.F32);
    }

    @ParameterizedTest
    @MethodSource("types")
    void itIsWhatNormallyDistributedValuesLose(DType type) throws IOException {
        var random = new Random(1);
        List<Float> values =
                Stream.generate(() -> (float) (0.02 * random.nextGaussian()))
                        .limit((long) ROWS * COLUMNS)
                        .toList();
        var normal = new Recipe.Constant(Shape.of(ROWS, COLUMNS), values);
        var pair = new Comparison(normal, new Recipe.Cast(normal, type, Optional.empty()));
        double measured =
                Comparison.deviations(List.of(pair), Sources.none(), 1, Progress.NONE)
                        .getFirst()
                        .relative();
        assertThat(measured / UsualError.of(type)).isCloseTo(1, within(0.02));
    }
}
