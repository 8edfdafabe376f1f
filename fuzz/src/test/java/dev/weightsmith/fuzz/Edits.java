package dev.weightsmith.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Changes sound inputs at random places; the same seed gives the same ones.
final class Edits {
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        7,
        127,
        128,
        255,
        256,
        32767,
        65535,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 31,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 62,
        Long.MAX_VALUE / 8,
    };

    private final Random random;
    private final List<byte[]> inputs;

    Edits(long seed, List<byte[]> inputs) {
        this.random = new Random(seed);
        this.inputs = inputs;
    }

    /// One of the inputs after one to four edits.
    byte[] next() {
        byte[] bytes = anInput();
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            bytes = edited(bytes);
        }
        return bytes;
    }

    private byte[] anInput() {
        return inputs.get(random.nextInt(inputs.size())).clone();
    }

    private byte[] edited(byte[] bytes) {
        if (bytes.length == 0) {
            return anInput();
        }
        int at = random.nextInt(bytes.length);
        int length = 1 + random.nextInt(Math.min(64, bytes.length - at));
        return switch (random.nextInt(8)) {
            case 0 -> withByte(bytes, at, bytes[at] ^ 1 << random.nextInt(8));
            case 1 -> withByte(bytes, at, random.nextInt());
            case 2 -> withNumber(bytes, at);
            case 3 -> withDigit(bytes, at);
            case 4 -> replaced(bytes, at, at + length, new byte[0]);
            case 5 -> replaced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
            case 6 -> replaced(bytes, at, at + length, slice(anInput()));
            default -> Arrays.copyOf(bytes, at);
        };
    }

    private static byte[] withByte(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        return bytes;
    }

    /// A number that is often forgotten, in one, two, four or eight bytes.
    private byte[] withNumber(byte[] bytes, int at) {
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        int size = Math.min(1 << random.nextInt(4), bytes.length - at);
        for (int i = 0; i < size; i++) {
            bytes[at + i] = (byte) (number >> (8 * i));
        }
        return bytes;
    }

    /// The next digit from here on becomes another number, in decimal.
    private byte[] withDigit(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && (bytes[at] < '0' || bytes[at] > '9')) {
            at++;
        }
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        return at == bytes.length
                ? bytes
                : replaced(bytes, at, at + 1, Long.toString(number).getBytes(US_ASCII));
    }

    private byte[] slice(byte[] bytes) {
        int from = random.nextInt(bytes.length + 1);
        return Arrays.copyOfRange(
                bytes, from, from + random.nextInt(Math.min(64, bytes.length - from) + 1));
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
        byte[] result = new byte[from + by.length + bytes.length - to];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(bytes, to, result, from + by.length, bytes.length - to);
        return result;
    }
}
