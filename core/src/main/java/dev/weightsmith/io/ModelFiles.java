package dev.weightsmith.io;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Which files are parts of a model, by their names.
final class ModelFiles {
    private static final List<String> ENDINGS =
            List.of(
                    ".safetensors",
                    ".bin",
                    ".pth",
                    ".pt",
                    ".gguf",
                    ".json",
                    ".model",
                    ".jinja",
                    ".html",
                    ".sha256");
    private static final Set<String> NAMES =
            Set.of("SHA256SUMS", "README.md", "LICENSE", "LICENSE.txt", "NOTICE", ".gitattributes");

    private ModelFiles() {}

    static boolean isModelFile(Path path) {
        String name = String.valueOf(path.getFileName());
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                && (NAMES.contains(name) || ENDINGS.stream().anyMatch(name::endsWith));
    }
}
