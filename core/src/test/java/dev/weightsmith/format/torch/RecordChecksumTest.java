package dev.weightsmith.format.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class RecordChecksumTest {
    private final byte[] record = new byte[1 << 20];
    private final RecordChecksum checksum = new RecordChecksum(record.length);

    RecordChecksumTest() {
        new Random(7).nextBytes(record);
    }

    private int expected() {
        var crc = new CRC32();
        crc.update(record);
        return (int) crc.getValue();
    }

    private void add(int from, int to) {
        checksum.add(from, MemorySegment.ofArray(record).asSlice(from, to - from));
    }

    private int complete() throws IOException {
        return checksum.complete((offset, into) ->
                into.copyFrom(MemorySegment.ofArray(record).asSlice(offset, into.byteSize())));
    }

    @Test
    void piecesInAnyOrderGiveTheWhole() throws IOException {
        add(500_000, record.length);
        add(0, 3);
        add(3, 500_000);
        assertThat(
                        checksum.complete((offset, into) -> {
                            throw new AssertionError("everything was read");
                        }))
                .isEqualTo(expected());
    }

    @Test
    void piecesThatOverlapCountOnce() throws IOException {
        add(100, 2000);
        add(0, 1500);
        add(1000, 3000);
        add(0, record.length);
        assertThat(complete()).isEqualTo(expected());
    }

    @Test
    void onlyWhatNobodyReadIsReadAgain() throws IOException {
        add(10, 20);
        add(40, record.length);
        var read = new ArrayList<Long>();
        checksum.complete((offset, into) -> {
            read.add(into.byteSize());
            into.copyFrom(MemorySegment.ofArray(record).asSlice(offset, into.byteSize()));
        });
        assertThat(read).containsExactly(10L, 20L);
    }

    @Test
    void manyScatteredPiecesAreForgottenNotWrong() throws IOException {
        for (int i = 1; i < 400_000; i += 2) {
            add(i, i + 1);
        }
        assertThat(complete()).isEqualTo(expected());
    }

    @Test
    void threadsMayReadTheSameBytes() throws Exception {
        try (var pool = Executors.newFixedThreadPool(4)) {
            var jobs = new ArrayList<Future<?>>();
            for (int i = 0; i < 64; i++) {
                int from = i * 16_000;
                jobs.add(pool.submit(() -> add(from, Math.min(record.length, from + 40_000))));
            }
            for (var job : jobs) {
                job.get();
            }
        }
        assertThat(complete()).isEqualTo(expected());
    }

    @Test
    void anEmptyRecordHasTheCrcOfNothing() throws IOException {
        assertThat(new RecordChecksum(0).complete((offset, into) -> {})).isZero();
    }
}
