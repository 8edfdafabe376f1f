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
import org.junit.jupiter.params.provider.CsvSource;

/// The distribution's `bin/weightsmith`, with a JDK that only prints how it was called.
class StartScriptTest {
    @TempDir private Path machine;
    private final Map<String, String> environment = new HashMap<>();
    private Path script = Path.of("");

    @BeforeEach
    void installed() throws IOException {
        Path home = machine.resolve("weight smith 1.0");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        script = home.resolve("bin/weightsmith");
        Shell.executable(
                script, Files.readString(Shell.ROOT.resolve("app/src/main/dist/bin/weightsmith")));
        Files.copy(Shell.ROOT.resolve(".mvn/find-jdk.sh"), home.resolve("lib/find-jdk.sh"));
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", machine.toString());
        environment.put("JDK_FOLDERS", "");
        environment.put("JAVA_HOME", Shell.fakeJdk(machine.resolve("a jdk"), "25.0.3").toString());
    }

    private Shell.Result start(Path what, String... arguments) throws Exception {
        var command = new String[arguments.length + 1];
        command[0] = what.toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return Shell.run(machine, environment, command);
    }

    @Test
    void javaGetsTheArgumentsUntouched() throws Exception {
        assertThat(start(script, "merge", "--base", "a  b*", "").output())
                .startsWith("<" + machine.resolve("a jdk/bin/java") + ">")
                .endsWith("<dev.weightsmith.app.Main><merge><--base><a  b*><>");
    }

    @Test
    void itKnowsItsHomeThroughLinks() throws Exception {
        Files.createSymbolicLink(machine.resolve("one"), script);
        Path link = Files.createSymbolicLink(machine.resolve("ws"), Path.of("one"));
        assertThat(start(link).output())
                .contains("<-cp><" + machine.toRealPath().resolve("weight smith 1.0/lib/*") + ">");
    }

    @Test
    void aPipeIsNoTerminal() throws Exception {
        assertThat(start(script).output())
                .contains("<-Dweightsmith.terminal=><-Dweightsmith.columns=>");
    }

    @Test
    void javaOptionsOfTheUserComeAfterOurs() throws Exception {
        environment.put("WEIGHTSMITH_JAVA_OPTS", "-Xmx1g -Dx=y");
        assertThat(start(script).output()).containsPattern("<-Xmx512m>.*<-Xmx1g><-Dx=y><-cp>");
    }

    /// The JDK of these tests prints its arguments; this one, what Java takes for file names.
    @Test
    void aLocaleThatIsNotInstalledDoesNotHideFileNames() throws Exception {
        Path java = Shell.fakeJdk(machine.resolve("other jdk"), "25.0.3");
        Shell.executable(java.resolve("bin/java"), "#!/bin/sh\nlocale charmap\n");
        environment.put("JAVA_HOME", java.toString());
        environment.put("LC_ALL", "xx_XX.UTF-8");
        assertThat(start(script).output()).isEqualTo("UTF-8\n");
    }

    @ParameterizedTest
    @CsvSource({
        "ulimit -v 1000000, address space in KiB is 1000000",
        "ulimit -n 20, open files is 20"
    })
    void aLimitUnderWhichJavaCrashesIsTold(String limit, String told) throws Exception {
        assertThat(start(Path.of("/bin/sh"), "-c", limit + "; exec \"$0\"", script.toString()))
                .satisfies(
                        result -> assertThat(result.exit()).isEqualTo(10),
                        result ->
                                assertThat(result.output())
                                        .startsWith("weightsmith: error: the limit of " + told)
                                        .hasLineCount(2));
    }

    @Test
    void withoutAJavaItSaysWhatToInstall() throws Exception {
        environment.put(
                "JAVA_HOME", Shell.fakeJdk(machine.resolve("poor jdk"), "25.0.1").toString());
        // A path that has the shell's tools but no java.
        Path tools = Files.createDirectories(machine.resolve("tools"));
        for (String tool : new String[] {"dirname", "readlink"}) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
        }
        environment.put("PATH", tools.toString());
        assertThat(start(script))
                .satisfies(
                        result -> assertThat(result.exit()).isEqualTo(1),
                        result ->
                                assertThat(result.output())
                                        .startsWith(
                                                "weightsmith: error: no Java 25.0.3 or newer found;"
                                                        + " seen: 25.0.1 in "
                                                        + machine.resolve("poor jdk")
                                                        + "\nhint: install JDK 25 ")
                                        .hasLineCount(2));
    }
}
