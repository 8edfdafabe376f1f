package dev.weightsmith.io;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Optional;

/// Linux's `renameat2` with `RENAME_EXCHANGE`: two names swap what they stand for, and at no moment
/// is one of them absent.
final class ExchangeRename {
    /// `AT_FDCWD`: relative names start from the current folder.
    private static final int CURRENT_FOLDER = -100;

    /// `RENAME_EXCHANGE` of linux/fs.h.
    private static final int EXCHANGE = 2;

    private static final Optional<MethodHandle> RENAMEAT2 = find();

    private ExchangeRename() {}

    /// @return whether it was done; the system, the file system or the C library may not have it
    static boolean exchange(Path one, Path other) {
        // The encoding in which Java gives names to the system.
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        if (RENAMEAT2.isEmpty() || !fits(one, names) || !fits(other, names)) {
            return false;
        }
        try (var arena = Arena.ofConfined()) {
            return (int)
                            RENAMEAT2
                                    .get()
                                    .invokeExact(
                                            CURRENT_FOLDER,
                                            arena.allocateFrom(one.toString(), names),
                                            CURRENT_FOLDER,
                                            arena.allocateFrom(other.toString(), names),
                                            EXCHANGE)
                    == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("renameat2 failed", e);
        }
    }

    private static boolean fits(Path path, Charset names) {
        return new String(path.toString().getBytes(names), names).equals(path.toString());
    }

    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> find() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        try {
            Linker linker = Linker.nativeLinker();
            Optional<MemorySegment> symbol = linker.defaultLookup().find("renameat2");
            return symbol.map(address ->
                    linker.downcallHandle(
                            address,
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT)));
        } catch (IllegalCallerException | UnsupportedOperationException e) {
            // Native access is not allowed here, or there is none for this machine.
            return Optional.empty();
        }
    }
}
