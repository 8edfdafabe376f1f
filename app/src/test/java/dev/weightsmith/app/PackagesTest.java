package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// ARCHITECTURE.md against the code: every package and every arrow, in both directions.
class PackagesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String OURS = "dev.weightsmith.";
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| ([^|]*) \\|");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    /// The modules that are commands.
    private static final List<String> COMMANDS =
            List.of("evaluate-cli", "merge-cli", "quantize-cli", "sha256", "tokenizer-tools");

    private static final SortedMap<String, SortedSet<String>> ARROWS = new TreeMap<>();
    private static final Map<String, SortedSet<String>> PACKAGES = new LinkedHashMap<>();

    @BeforeAll
    static void readClasses() throws IOException {
        for (String module : modules()) {
            Path classes = ROOT.resolve(module).resolve("target/classes");
            if (!Files.isDirectory(classes)) {
                continue;
            }
            JavaClasses read = new ClassFileImporter().importPath(classes);
            read.forEach(type -> {
                if (!type.getPackageName().startsWith(OURS)) {
                    return;
                }
                String from = type.getPackageName().substring(OURS.length());
                PACKAGES.computeIfAbsent(module, _ -> new TreeSet<>()).add(from);
                SortedSet<String> to = ARROWS.computeIfAbsent(from, _ -> new TreeSet<>());
                type.getDirectDependenciesFromSelf()
                        .forEach(dependency -> {
                            String other =
                                    dependency
                                            .getTargetClass()
                                            .getBaseComponentType()
                                            .getPackageName();
                            if (other.startsWith(OURS) && !other.equals(OURS + from)) {
                                to.add(other.substring(OURS.length()));
                            }
                        });
            });
        }
    }

    private static List<String> modules() throws IOException {
        Matcher matcher = MODULE.matcher(Files.readString(ROOT.resolve("pom.xml")));
        return matcher.results().map(result -> result.group(1)).toList();
    }

    /// The rows of the table below that heading: what stands on what.
    private static SortedMap<String, SortedSet<String>> table(String heading) throws IOException {
        String text = Files.readString(ROOT.resolve("ARCHITECTURE.md"));
        int start = text.indexOf("\n## " + heading + "\n");
        assertThat(start).as(heading).isPositive();
        int end = text.indexOf("\n## ", start + 1);
        Matcher rows = ROW.matcher(text.substring(start, end < 0 ? text.length() : end));
        var table = new TreeMap<String, SortedSet<String>>();
        while (rows.find()) {
            var to = new TreeSet<String>();
            NAME.matcher(rows.group(2)).results().forEach(name -> to.add(name.group(1)));
            table.put(rows.group(1), to);
        }
        return table;
    }

    @Test
    void everyPackageStandsInTheTableWithWhatItUses() throws IOException {
        assertThat(table("Packages")).isEqualTo(ARROWS);
    }

    @Test
    void noPackageStandsOnItself() {
        for (String start : ARROWS.keySet()) {
            var seen = new TreeSet<String>();
            var next = new ArrayDeque<>(ARROWS.get(start));
            while (!next.isEmpty()) {
                String name = next.remove();
                if (seen.add(name)) {
                    next.addAll(ARROWS.getOrDefault(name, new TreeSet<>()));
                }
            }
            assertThat(seen).as(start).doesNotContain(start);
        }
    }

    @Test
    void everyModuleStandsInTheTableWithItsPackages() throws IOException {
        assertThat(table("Modules")).containsAllEntriesOf(PACKAGES);
        assertThat(table("Modules").keySet()).containsExactlyInAnyOrderElementsOf(modules());
    }

    @Test
    void noCommandLineStandsOnAnother() {
        for (String module : COMMANDS) {
            List<String> others =
                    COMMANDS.stream()
                            .filter(other -> !other.equals(module))
                            .flatMap(
                                    other -> PACKAGES.getOrDefault(other, new TreeSet<>()).stream())
                            .toList();
            Stream<String> used =
                    PACKAGES.getOrDefault(module, new TreeSet<>()).stream()
                            .flatMap(name -> ARROWS.getOrDefault(name, new TreeSet<>()).stream());
            assertThat(used).as(module).doesNotContainAnyElementsOf(others);
        }
    }
}
