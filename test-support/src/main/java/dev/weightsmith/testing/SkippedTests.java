package dev.weightsmith.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Counts the tests that end with `skipped: …` and adds the numbers, with what they lack, to
/// `target/skipped-tests` of the whole build. `mvnw` shows their sums at its end.
public final class SkippedTests implements TestExecutionListener {
    private static final String PREFIX = "skipped: ";

    private final Map<String, Integer> counts = new TreeMap<>();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            result.getThrowable()
                    .map(Throwable::getMessage)
                    .filter(message -> message.contains(PREFIX))
                    .map(message -> message.substring(message.indexOf(PREFIX) + PREFIX.length()))
                    .ifPresent(reason -> counts.merge(reason, 1, Integer::sum));
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (counts.isEmpty()) {
            return;
        }
        var lines = new StringBuilder();
        counts.forEach((reason, count) -> lines.append(count + "\t" + reason + "\n"));
        Path folder = Path.of(System.getProperty("weightsmith.root", ".."), "target");
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    folder.resolve("skipped-tests"),
                    lines,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        counts.clear();
    }
}
