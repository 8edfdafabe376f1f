package dev.weightsmith.kernel;

import java.util.Locale;
import java.util.Set;

/// An operating system and a processor, as `core/src/main/c/build.sh` names the folders of its
/// libraries.
record Platform(String os, String arch) {
    private static final Set<String> SYSTEMS = Set.of("linux", "macos");
    private static final Set<String> PROCESSORS = Set.of("x86_64", "aarch64");

    /// Where this program runs.
    static Platform here() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        return new Platform(
                os.startsWith("mac") ? "macos" : os.replace(' ', '-'),
                arch.equals("amd64") ? "x86_64" : arch);
    }

    /// Whether a build on it makes native kernels.
    boolean hasNativeKernels() {
        return SYSTEMS.contains(os) && PROCESSORS.contains(arch);
    }

    /// The library's name.
    String library() {
        return os.equals("macos") ? "libweightsmith.dylib" : "libweightsmith.so";
    }

    @Override
    public String toString() {
        return os + "-" + arch;
    }
}
