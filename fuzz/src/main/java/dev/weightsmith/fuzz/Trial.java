package dev.weightsmith.fuzz;

import com.sun.management.ThreadMXBean;
import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/// Gives inputs to one target and holds it to what must be true of any input: it is read to the
/// end, or refused in one line by an exception that is documented; in bounded time and memory.
public final class Trial {
    /// Of the processor, so that a busy machine does not count.
    private static final long MOST_NANOSECONDS = 2_000_000_000L;

    private static final long MOST_ALLOCATED = 256L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final FuzzTarget target;
    private final Path folder;

    /// @param folder that the target may fill
    public Trial(FuzzTarget target, Path folder) {
        this.target = target;
        this.folder = folder;
    }

    /// What one input took.
    private record Cost(long nanoseconds, long allocated, boolean read) {
        boolean isTooMuch() {
            return nanoseconds > MOST_NANOSECONDS || allocated > MOST_ALLOCATED;
        }
    }

    /// @return whether the input was read; else it was refused
    /// @throws AssertionError if it breaks a rule
    public boolean run(byte[] input) {
        Cost cost = cost(input);
        if (cost.isTooMuch()) {
            // The first time classes are loaded, too, and with Jazzer made over.
            cost = cost(input);
        }
        if (cost.isTooMuch()) {
            throw new AssertionError(
                    "takes %d ms and allocates %d MB"
                            .formatted(cost.nanoseconds / 1_000_000, cost.allocated >> 20));
        }
        return cost.read;
    }

    private Cost cost(byte[] input) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long began = THREADS.getCurrentThreadCpuTime();
        boolean read = isRead(input);
        return new Cost(
                THREADS.getCurrentThreadCpuTime() - began,
                THREADS.getCurrentThreadAllocatedBytes() - allocated,
                read);
    }

    private boolean isRead(byte[] input) {
        try {
            target.reader().read(input, folder);
            return true;
        } catch (FileException e) {
            requireOneLine(e);
            return false;
        } catch (IOException | RuntimeException e) {
            if (target.refusal().filter(type -> type.isInstance(e)).isEmpty()) {
                throw new AssertionError("throws what it must not: " + e, e);
            }
            return false;
        }
    }

    private static void requireOneLine(Exception refusal) {
        String message = String.valueOf(refusal.getMessage());
        if (message.codePoints().anyMatch(Trial::isUnprintable)) {
            throw new AssertionError("says what is not printable: " + message, refusal);
        }
    }

    /// What moves the cursor, turns the direction of text, or is half a character.
    private static boolean isUnprintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }
}
