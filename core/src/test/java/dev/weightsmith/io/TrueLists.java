package dev.weightsmith.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What every list of digests must be, whatever has happened.
final class TrueLists {
    private TrueLists() {}

    static boolean isList(String name) {
        return name.endsWith(Sums.NAME) || name.endsWith(".sha256");
    }

    /// All lists below a folder name files that are there, and as they are. Those in stages are
    /// nobody's business.
    static void require(Path home, String what) throws IOException {
        for (Path list : all(home)) {
            if (isList(list.toString()) && !list.toString().contains(PrivateFolder.MARK)) {
                for (Sums.Line line : Sums.read(list).orElseThrow().lines()) {
                    Path file = list.resolveSibling(line.name());
                    String where = "%s in %s, %s".formatted(line.name(), list, what);
                    assertThat(file).as(where).isRegularFile();
                    assertThat(Sums.digestOf(file)).as(where).isEqualTo(line.digest());
                }
            }
        }
    }

    static void requireNoStage(Path home, String what) throws IOException {
        assertThat(all(home))
                .as(what)
                .noneMatch(path -> path.toString().contains(PrivateFolder.MARK));
    }

    static List<Path> all(Path home) throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.toList();
        }
    }
}
