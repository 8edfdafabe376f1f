package dev.weightsmith.inference;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.io.OutputFile;
import dev.weightsmith.io.Staging;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/// Libraries that come in jars, as files: the system loads them out of nothing else.
///
/// DJL would unpack them too, but takes whatever has their names: one that is cut short kills the
/// process that loads it, and what a killed process was unpacking stays for ever. So the folder is
/// compared with the jars before DJL looks into it, and made anew as a whole where it differs.
public final class UnpackedLibraries {
    private static final int BUFFER = 1 << 20;

    /// Folders that hold what they should, as far as this process has seen: it may have loaded it.
    private static final Set<Path> WHOLE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final Map<String, Packed> libraries;

    private UnpackedLibraries(Path folder, Map<String, Packed> libraries) {
        this.folder = folder;
        this.libraries = libraries;
    }

    /// A library in a jar, which tells its size and checksum without being read.
    private record Packed(URL url, long size, long crc) {
        static Packed of(URL url) throws IOException {
            if (url.openConnection() instanceof JarURLConnection connection) {
                JarEntry entry = connection.getJarEntry();
                return new Packed(url, entry.getSize(), entry.getCrc());
            }
            throw new FileException(
                    Problem.of(ErrorKind.UNSUPPORTED, "'%s' is in no jar".formatted(url)));
        }

        boolean isSame(Path file) throws IOException {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != size) {
                return false;
            }
            var found = new CRC32();
            var buffer = ByteBuffer.allocateDirect(BUFFER);
            try (var input = InputFile.open(file)) {
                for (long at = 0; at < size; at += buffer.limit()) {
                    buffer.clear().limit((int) Math.min(BUFFER, size - at));
                    input.read(at, MemorySegment.ofBuffer(buffer));
                    found.update(buffer);
                }
            }
            return found.getValue() == crc;
        }

        /// @throws FileException if the jar is damaged, which Java's own reader does not notice
        void copyTo(OutputFile file) throws IOException {
            var found = new CRC32();
            byte[] bytes = new byte[BUFFER];
            try (var input = url.openStream()) {
                for (int count = input.read(bytes); count >= 0; count = input.read(bytes)) {
                    found.update(bytes, 0, count);
                    file.write(MemorySegment.ofArray(bytes).asSlice(0, count));
                }
            }
            file.seal();
            if (file.position() != size || found.getValue() != crc) {
                throw new FileException(
                        Problem.of(
                                        ErrorKind.CHECK_FAILED,
                                        "'%s' has CRC-32 %x, expected %x"
                                                .formatted(url, found.getValue(), crc))
                                .withHint("unpack the whole distribution again"));
            }
        }
    }

    /// Makes sure that a folder holds libraries as the jars on the class path hold them, and
    /// nothing else. Where a jar is missing nothing is done: DJL says what it misses.
    ///
    /// @param resources by the names of the files
    /// @throws FileException if they cannot be unpacked
    public static void require(Path folder, Map<String, String> resources) throws IOException {
        if (WHOLE.contains(folder)) {
            return;
        }
        var urls = new TreeMap<String, URL>();
        for (var resource : resources.entrySet()) {
            URL url = UnpackedLibraries.class.getClassLoader().getResource(resource.getValue());
            if (url == null) {
                return;
            }
            urls.put(resource.getKey(), url);
        }
        compare(folder, urls);
        WHOLE.add(folder);
    }

    /// The same, of libraries in other jars.
    static void compare(Path folder, Map<String, URL> urls) throws IOException {
        var libraries = new TreeMap<String, Packed>();
        for (var url : urls.entrySet()) {
            libraries.put(url.getKey(), Packed.of(url.getValue()));
        }
        new UnpackedLibraries(folder, libraries).require();
    }

    private void require() throws IOException {
        if (isWhole()) {
            return;
        }
        Destination cache = Destination.cache(folder, List.copyOf(libraries.keySet()));
        try (var staging = Staging.open(cache, true)) {
            for (var library : libraries.entrySet()) {
                try (OutputFile file = staging.create(library.getKey())) {
                    library.getValue().copyTo(file);
                }
            }
            // Another process may have been faster, and be loading them now.
            if (!isWhole()) {
                staging.publish();
            }
        }
    }

    private boolean isWhole() throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        var names = new ArrayList<String>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        }
        if (!libraries.keySet().equals(Set.copyOf(names))) {
            return false;
        }
        for (var library : libraries.entrySet()) {
            if (!library.getValue().isSame(folder.resolve(library.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
