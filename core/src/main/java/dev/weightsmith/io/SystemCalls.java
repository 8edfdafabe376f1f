package dev.weightsmith.io;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What the C library can do to files and Java cannot. The system, the file system or the C library
/// may not have it; whoever asks can do without.
final class SystemCalls {
    /// `AT_FDCWD`: relative names start from the current folder.
    private static final int CURRENT_FOLDER = -100;

    /// `RENAME_EXCHANGE` of linux/fs.h.
    private static final int EXCHANGE = 2;

    /// `LOCK_EX | LOCK_NB` of sys/file.h.
    private static final int EXCLUSIVE_AT_ONCE = 2 | 4;

    /// `EWOULDBLOCK` of errno.h.
    private static final int WOULD_BLOCK = isLinux() ? 11 : 35;

    /// `O_RDONLY` of fcntl.h.
    private static final int READ_ONLY = 0;

    private static final ValueLayout INT = ValueLayout.JAVA_INT;
    private static final ValueLayout TEXT = ValueLayout.ADDRESS;

    private static final Optional<MethodHandle> RENAMEAT2 =
            find("renameat2", List.of(INT, TEXT, INT, TEXT, INT));

    /// Its third argument is for files that it creates.
    private static final Optional<MethodHandle> OPEN =
            find("open", List.of(TEXT, INT), Linker.Option.firstVariadicArg(2));

    private static final Optional<MethodHandle> FLOCK =
            find("flock", List.of(INT, INT), Linker.Option.captureCallState("errno"));
    private static final Optional<MethodHandle> CLOSE = find("close", List.of(INT));

    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout()
                    .varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private SystemCalls() {}

    /// Linux's `renameat2` with `RENAME_EXCHANGE`: two names swap what they stand for, and at no
    /// moment is one of them absent.
    ///
    /// @return whether it was done
    static boolean exchange(Path one, Path other) {
        // Elsewhere the name may be there and mean something else.
        if (RENAMEAT2.isEmpty() || !isLinux() || !fits(one) || !fits(other)) {
            return false;
        }
        try (var arena = Arena.ofConfined()) {
            return (int)
                            RENAMEAT2
                                    .get()
                                    .invokeExact(
                                            CURRENT_FOLDER,
                                            text(arena, one),
                                            CURRENT_FOLDER,
                                            text(arena, other),
                                            EXCHANGE)
                    == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("renameat2 failed", e);
        }
    }

    /// Opens a folder, which Java reads but never holds.
    ///
    /// @return its descriptor, to be closed
    static OptionalInt open(Path folder) {
        if (OPEN.isEmpty() || FLOCK.isEmpty() || CLOSE.isEmpty() || !fits(folder)) {
            return OptionalInt.empty();
        }
        try (var arena = Arena.ofConfined()) {
            int descriptor = (int) OPEN.get().invokeExact(text(arena, folder), READ_ONLY);
            return descriptor < 0 ? OptionalInt.empty() : OptionalInt.of(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("open failed", e);
        }
    }

    /// Unix's `flock`: nobody else gets the lock until the descriptor is closed, at the latest by
    /// the end of the process.
    ///
    /// @return false if someone else has it, and only then: it is worth to come again
    static boolean lock(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            return (int) FLOCK.orElseThrow().invokeExact(state, descriptor, EXCLUSIVE_AT_ONCE) == 0
                    || (int) ERRNO.get(state, 0L) != WOULD_BLOCK;
        } catch (Throwable e) {
            throw new IllegalStateException("flock failed", e);
        }
    }

    static void close(int descriptor) {
        try {
            int _ = (int) CLOSE.orElseThrow().invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("close failed", e);
        }
    }

    private static MemorySegment text(Arena arena, Path path) {
        return arena.allocateFrom(path.toString(), names());
    }

    private static boolean fits(Path path) {
        return new String(path.toString().getBytes(names()), names()).equals(path.toString());
    }

    /// The encoding in which Java gives names to the system.
    private static Charset names() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }

    private static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }

    /// A function that returns an `int`.
    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> find(
            String name, List<ValueLayout> parameters, Linker.Option... options) {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return Optional.empty();
        }
        try {
            Linker linker = Linker.nativeLinker();
            return linker.defaultLookup()
                    .find(name)
                    .map(address ->
                            linker.downcallHandle(
                                    address,
                                    FunctionDescriptor.of(
                                            INT, parameters.toArray(MemoryLayout[]::new)),
                                    options));
        } catch (IllegalCallerException | UnsupportedOperationException e) {
            // Native access is not allowed here, or there is none for this machine.
            return Optional.empty();
        }
    }
}
