package dev.weightsmith.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;

/// What `--version` says; with `--verbose` also what the program runs on.
final class VersionText implements IVersionProvider {
    private final CommandLine command;
    private final Supplier<String> kernels;

    VersionText(CommandLine command, Supplier<String> kernels) {
        this.command = command;
        this.kernels = kernels;
    }

    @Override
    public String[] getVersion() {
        String version = "weightsmith " + version();
        return command.getParseResult().hasMatchedOption("--verbose")
                ? new String[] {
                    version,
                    "java:    " + Runtime.version() + ", " + property("java.vm.name"),
                    "         " + property("java.home"),
                    "system:  "
                            + property("os.name")
                            + " "
                            + property("os.version")
                            + ", "
                            + property("os.arch")
                            + ", "
                            + Runtime.getRuntime().availableProcessors()
                            + " processors",
                    "kernels: " + kernels.get()
                }
                : new String[] {version};
    }

    /// The build's version, from a resource that the build fills in.
    private static String version() {
        try (InputStream resource = VersionText.class.getResourceAsStream("version.properties")) {
            var properties = new Properties();
            properties.load(resource);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }
}
