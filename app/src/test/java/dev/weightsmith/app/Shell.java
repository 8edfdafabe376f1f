package dev.weightsmith.app;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/// Runs the project's shell scripts on machines made of empty folders and stand-ins.
final class Shell {
    /// The project's folder.
    static final Path ROOT = Path.of(System.getProperty("weightsmith.root", ".."));

    private Shell() {}

    record Result(int exit, String output) {}

    /// Runs a command with this environment and no other; `output` is both streams.
    static Result run(Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        assumeThat(Path.of("/bin/sh")).as("this system has a shell").exists();
        var builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
        builder.directory(folder.toFile());
        builder.redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.start();
        try (var output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), text);
        }
    }

    /// A folder that looks like a JDK of this version. Its tools print how they were called.
    static Path fakeJdk(Path home, String version) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(
                home.resolve("release"),
                "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
        executable(home.resolve("bin/java"), "#!/bin/sh\nprintf '<%s>' \"$0\" \"$@\"\n");
        executable(home.resolve("bin/javac"), "#!/bin/sh\n");
        return home;
    }

    static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
