package dev.weightsmith.report;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// What files are called on a page: by the last parts of their paths, as many as tell them apart.
/// Where they lie on the machine that made the page is nobody's business.
public final class FileNames {
    private FileNames() {}

    /// A name for each path, in their order.
    public static List<String> of(List<Path> paths) {
        List<Path> whole = paths.stream().map(path -> path.toAbsolutePath().normalize()).toList();
        int[] parts = new int[whole.size()];
        Arrays.fill(parts, 1);
        boolean grown = true;
        while (grown) {
            grown = false;
            var meant = new HashMap<String, Set<Path>>();
            for (int i = 0; i < parts.length; i++) {
                meant.computeIfAbsent(last(whole.get(i), parts[i]), _ -> new HashSet<>())
                        .add(whole.get(i));
            }
            for (int i = 0; i < parts.length; i++) {
                Set<Path> same = meant.getOrDefault(last(whole.get(i), parts[i]), Set.of());
                if (same.size() > 1 && parts[i] < whole.get(i).getNameCount()) {
                    parts[i]++;
                    grown = true;
                }
            }
        }
        return IntStream.range(0, parts.length)
                .mapToObj(i -> last(whole.get(i), parts[i]))
                .toList();
    }

    /// The name of a single file.
    public static String of(Path path) {
        return of(List.of(path)).getFirst();
    }

    private static String last(Path path, int parts) {
        int count = path.getNameCount();
        return count == 0
                ? File.separator
                : path.subpath(Math.max(0, count - parts), count)
                        .toString()
                        .replace(File.separatorChar, '/');
    }
}
