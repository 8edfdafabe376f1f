package dev.weightsmith.digest;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What the files of one folder are together: is each set complete, and are all of one kind?
///
/// @param recognised each published file found, and what it is
public record KnownFolder(Path folder, Map<Path, List<KnownFile>> recognised) {

    /// Everything that is wrong with them as a set; nothing for a folder without published files.
    public List<Problem> problems(KnownFiles known) {
        var problems = new ArrayList<Problem>();
        Set<KnownFile> present = new LinkedHashSet<>();
        recognised.values().forEach(present::addAll);
        var complete = new LinkedHashSet<List<KnownFile>>();
        present.forEach(file -> complete.add(known.set(file)));
        for (List<KnownFile> set : complete) {
            List<KnownFile> missing = set.stream().filter(file -> !present.contains(file)).toList();
            if (!missing.isEmpty()) {
                problems.add(problem(incomplete(set.getFirst(), missing)));
            }
        }
        Set<String> models =
                distinct(present.stream().filter(file -> !file.isTokenizer()).toList());
        if (models.size() > 1) {
            problems.add(problem("mixes files of " + String.join(" and ", models)));
        }
        tokenizers(present).forEach(message -> problems.add(problem(message)));
        return problems;
    }

    private static String incomplete(KnownFile member, List<KnownFile> missing) {
        return "is incomplete: of %s (%s) there is no %s"
                .formatted(
                        member.model(),
                        member.group(),
                        missing.stream()
                                .map(file -> file.name().or(file::part).orElse("part"))
                                .collect(Collectors.joining(", ")));
    }

    private static List<String> tokenizers(Set<KnownFile> present) {
        var messages = new ArrayList<String>();
        for (KnownFile tokenizer : present) {
            for (KnownFile other : present) {
                if (tokenizer.isTokenizer()
                        && !other.isTokenizer()
                        && tokenizer.family().isPresent()
                        && other.family().isPresent()
                        && !tokenizer.family().equals(other.family())) {
                    messages.add(
                            "has the tokenizer of %s beside files of %s"
                                    .formatted(tokenizer.model(), other.model()));
                }
            }
        }
        return messages.stream().distinct().toList();
    }

    private static Set<String> distinct(List<KnownFile> files) {
        return files.stream().map(KnownFile::model).collect(Collectors.toCollection(TreeSet::new));
    }

    private Problem problem(String message) {
        return Problem.of(ErrorKind.CHECK_FAILED, folder, message);
    }
}
