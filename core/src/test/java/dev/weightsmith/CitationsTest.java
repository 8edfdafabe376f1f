package dev.weightsmith;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What sources and documents refer to exists: the file, and in it the heading.
class CitationsTest {
    private static final Path ROOT =
            Path.of(System.getProperty("weightsmith.root", "..")).toAbsolutePath().normalize();

    /// In sources: `docs/…/FILE.md#heading`.
    private static final Pattern CITATION = Pattern.compile("docs/[\\w/-]+\\.md(#[\\w-]+)?");

    /// Other ways to cite a specification, which nothing would check.
    private static final Pattern LOOSE = Pattern.compile("(?<!docs/)specs/|\\(specs:");

    /// In documents: `](PATH#heading)`.
    private static final Pattern LINK = Pattern.compile("(?<=]\\()(?!https?:)[^)\\s]+(?=\\))");

    private static final Set<String> SOURCES = Set.of("java", "c", "h", "py", "proto", "xml", "sh");

    private final Map<Path, Set<String>> headings = new HashMap<>();

    @Test
    void citationsInSourcesLeadToAHeading() throws IOException {
        var broken = new ArrayList<String>();
        int found = 0;
        for (Path source : files(SOURCES)) {
            String text = Files.readString(source);
            for (String citation : matches(CITATION, text)) {
                found++;
                if (!exists(ROOT, citation)) {
                    broken.add(ROOT.relativize(source) + ": " + citation);
                }
            }
            if (!source.endsWith("CitationsTest.java") && LOOSE.matcher(text).find()) {
                broken.add(ROOT.relativize(source) + ": " + matches(LOOSE, text));
            }
        }
        assertThat(broken).isEmpty();
        assertThat(found).isGreaterThan(80);
    }

    @Test
    void linksInDocumentsLeadSomewhere() throws IOException {
        var broken = new ArrayList<String>();
        for (Path document : files(Set.of("md"))) {
            for (String link : matches(LINK, Files.readString(document))) {
                String reference = link.startsWith("#") ? document.getFileName() + link : link;
                if (!exists(document.resolveSibling("."), reference)) {
                    broken.add(ROOT.relativize(document) + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private boolean exists(Path folder, String reference) throws IOException {
        int hash = reference.indexOf('#');
        Path file = folder.resolve(hash < 0 ? reference : reference.substring(0, hash)).normalize();
        if (hash < 0) {
            return Files.exists(file);
        }
        return Files.isRegularFile(file) && headings(file).contains(reference.substring(hash + 1));
    }

    private Set<String> headings(Path document) throws IOException {
        Set<String> known = headings.get(document);
        if (known == null) {
            known =
                    Files.readAllLines(document).stream()
                            .filter(line -> line.matches("#+ .*"))
                            .map(CitationsTest::anchor)
                            .collect(Collectors.toSet());
            headings.put(document, known);
        }
        return known;
    }

    /// The name that a heading has in a link, as on GitHub.
    private static String anchor(String heading) {
        return heading.replaceFirst("#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).toList();
    }

    /// The project's own files of these kinds, without what builds and tools have made.
    private static List<Path> files(Set<String> extensions) throws IOException {
        var files = new ArrayList<Path>();
        Files.walkFileTree(
                ROOT,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a) {
                        String name = ROOT.relativize(folder).getFileName().toString();
                        return name.equals("target") || name.startsWith(".")
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
                        String name = file.getFileName().toString();
                        if (extensions.contains(name.substring(name.lastIndexOf('.') + 1))) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return files;
    }
}
