package dev.weightsmith.kernel;

import dev.weightsmith.io.PrivateFolder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The library of C kernels that the build packs for each platform. The only class that touches
/// native code.
///
/// Its symbol table says what there is: `ws_<operation>_<type>_<instruction set>`.
sealed interface NativeLibrary {
    /// Found and loaded.
    record Loaded(SymbolLookup symbols) implements NativeLibrary {
        /// Whether this processor and operating system run the kernels of an instruction set.
        boolean supports(String instructionSet) {
            var supported =
                    function(
                            "isa_supported",
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            try (var arena = Arena.ofConfined()) {
                return supported.isPresent()
                        && (int) supported.get().invokeExact(arena.allocateFrom(instructionSet))
                                != 0;
            } catch (Throwable e) {
                throw new IllegalStateException("ws_isa_supported failed", e);
            }
        }

        /// The function `ws_<name>`, where the library has it.
        @SuppressWarnings("restricted")
        Optional<MethodHandle> function(String name, FunctionDescriptor descriptor) {
            return symbols.find("ws_" + name)
                    .map(symbol -> Linker.nativeLinker().downcallHandle(symbol, descriptor));
        }
    }

    /// Not to be had.
    ///
    /// @param reason for people
    record Absent(String reason) implements NativeLibrary {}

    static NativeLibrary load(Platform platform) {
        String name = platform.library();
        URL resource = NativeLibrary.class.getResource("native/%s/%s".formatted(platform, name));
        if (resource == null) {
            return new Absent("this build has none for " + platform);
        }
        try {
            return resource.getProtocol().equals("file")
                    ? loaded(Path.of(resource.toURI()))
                    : extracted(resource, name);
        } catch (IOException
                | URISyntaxException
                | IllegalArgumentException
                | IllegalCallerException e) {
            return new Absent(String.valueOf(e.getMessage()));
        }
    }

    /// Through a file of our own, made anew each time in a folder that nobody else may enter, and
    /// gone once it is loaded.
    private static NativeLibrary extracted(URL resource, String name) throws IOException {
        try (var folder = PrivateFolder.temporary("kernels");
                var in = resource.openStream()) {
            Path file = folder.path().resolve(name);
            Files.copy(in, file);
            return loaded(file);
        }
    }

    @SuppressWarnings("restricted")
    private static NativeLibrary loaded(Path file) {
        return new Loaded(SymbolLookup.libraryLookup(file, Arena.global()));
    }
}
