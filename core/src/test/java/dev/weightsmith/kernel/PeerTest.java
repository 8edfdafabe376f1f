package dev.weightsmith.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Fresh rows through every set of kernels and through ggml itself: the same bytes.
///
/// The seed is new in each run and printed; `-Dweightsmith.seed=…` runs it again, and
/// `-Dweightsmith.rounds=…` longer.
class PeerTest {
    private static final int ROUNDS = Integer.getInteger("weightsmith.rounds", 60);
    private static final long SEED = Long.getLong("weightsmith.seed", System.nanoTime());

    @BeforeAll
    static void tellSeed() {
        System.out.println("PeerTest: -Dweightsmith.seed=" + SEED);
    }

    @ParameterizedTest
    @CsvSource({
        "F16, 1",
        "BF16, 30",
        "Q4_0, 2",
        "Q4_1, 3",
        "Q5_0, 6",
        "Q5_1, 7",
        "Q8_0, 8",
        "Q2_K, 10",
        "Q3_K, 11",
        "Q4_K, 12",
        "Q5_K, 13",
        "Q6_K, 14",
        "IQ4_NL, 20",
        "IQ4_XS, 23"
    })
    void freshRowsGiveTheBytesOfGgml(DType dtype, int ggmlType) {
        var peer = PeerLibrary.find();
        assumeTrue(
                peer.isPresent(),
                () ->
                        "skipped: no libggml-base.so in "
                                + PeerLibrary.folder()
                                + " (.ci/fetch-peer.sh brings it)");
        for (int round = 0; round < ROUNDS; round++) {
            long seed = SEED + round;
            var shapes = new Random(seed);
            var random = new RandomRows(seed);
            int rows = 1 + shapes.nextInt(12);
            int columns = Math.max(32, dtype.blockElements()) * (1 + shapes.nextInt(5));
            try (var arena = Arena.ofConfined()) {
                var values = arena.allocateFrom(Layouts.FLOAT, random.values(rows, columns));
                var weights = arena.allocateFrom(Layouts.FLOAT, random.importance(columns));
                // Every other round without importance.
                var importance =
                        round % 2 == 0 ? Optional.of(weights) : Optional.<MemorySegment>empty();
                var expected = arena.allocate(dtype.bytes((long) rows * columns));
                long size =
                        peer.get().quantize(ggmlType, values, expected, rows, columns, importance);
                assertThat(size).isEqualTo(expected.byteSize());
                for (var set : Kernels.available()) {
                    var actual = arena.allocate(expected.byteSize());
                    set.codec(dtype)
                            .orElseThrow()
                            .encode(values, actual, rows, columns, importance);
                    assertThat(actual.mismatch(expected))
                            .as(
                                    "%s: first differing byte of %d rows of %d, seed %d, round %d",
                                    set.name(), rows, columns, SEED, round)
                            .isEqualTo(-1);
                }
            }
        }
    }
}
