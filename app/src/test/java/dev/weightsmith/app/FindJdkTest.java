package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `.mvn/find-jdk.sh`, which the build, the launcher and the distribution share.
class FindJdkTest {
    @TempDir private Path machine;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void anEmptyMachine() {
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", machine.resolve("home").toString());
        environment.put("JDK_FOLDERS", machine.resolve("jvm").toString() + "/*");
    }

    private Path jdk(String folder, String version) throws IOException {
        return Shell.fakeJdk(machine.resolve(folder), version);
    }

    /// What the script finds: a folder, or `none` and near misses.
    private String found() throws IOException, InterruptedException {
        // The machine's own java is not part of the test; tools of the shell are.
        String script =
                "command() { [ \"$1 $2\" = '-v javac' ] && [ -z \"${TEST_JAVAC:-}\" ] && return 1;"
                        + " [ \"$1\" = -v ] && echo \"$TEST_JAVAC\"; };"
                        + " set -eu; . '"
                        + Shell.ROOT.resolve(".mvn/find-jdk.sh")
                        + "'; if find_jdk javac; then echo \"$jdk\"; else echo \"none$jdk_seen\"; fi";
        return Shell.run(machine, environment, "/bin/sh", "-c", script).output().strip();
    }

    @Test
    void javaHomeComesFirst() throws Exception {
        jdk("jvm/jdk-26", "26");
        Path home = jdk("my jdk", "25.0.3");
        environment.put("JAVA_HOME", home.toString());
        assertThat(found()).isEqualTo(home.toString());
    }

    @Test
    void anOldJavaHomeIsPassedOver() throws Exception {
        environment.put("JAVA_HOME", jdk("old", "17.0.15").toString());
        Path good = jdk("jvm/jdk-25", "25.0.3");
        assertThat(found()).isEqualTo(good.toString());
    }

    @Test
    void theToolOnThePathIsFollowedThroughLinks() throws Exception {
        Path home = jdk("somewhere/jdk", "25.0.4");
        Path link = Files.createSymbolicLink(machine.resolve("javac"), home.resolve("bin/javac"));
        Path again = Files.createSymbolicLink(machine.resolve("again"), link.getFileName());
        environment.put("TEST_JAVAC", again.toString());
        assertThat(found()).isEqualTo(home.toString());
    }

    @Test
    void sdkmansFolderIsLookedAt() throws Exception {
        Path home = jdk("home/.sdkman/candidates/java/25.0.3-tem", "25.0.3");
        assertThat(found()).isEqualTo(home.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"25.0.3", "25.0.10", "25.1", "26", "26-ea", "25.0.3.1", "101.2"})
    void newVersionsDo(String version) throws Exception {
        Path home = jdk("jvm/jdk", version);
        assertThat(found()).isEqualTo(home.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_402", "17.0.15", "24.0.2", "9", "", "unknown"})
    void oldVersionsDoNot(String version) throws Exception {
        jdk("jvm/jdk", version);
        assertThat(found()).isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.0", "25.0.1", "25.0.2", "25-ea"})
    void versionsThatCorruptDataAreNearMisses(String version) throws Exception {
        Path home = jdk("jvm/jdk", version);
        assertThat(found()).isEqualTo("none; seen: " + version + " in " + home);
    }

    @Test
    void aRuntimeWithoutCompilerDoesNotBuild() throws Exception {
        Files.delete(jdk("jvm/jre", "25.0.3").resolve("bin/javac"));
        assertThat(found()).isEqualTo("none");
    }
}
