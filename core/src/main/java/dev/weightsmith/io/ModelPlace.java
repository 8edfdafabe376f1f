package dev.weightsmith.io;

import java.nio.file.Path;

/// What a file or folder says by its name of the model or adapter in it.
public final class ModelPlace {
    private static final String SNAPSHOTS = "snapshots";
    private static final String REPOSITORY = "models--";

    private ModelPlace() {}

    /// The last name of a path; in the cache of Hugging Face's hub, whose folders are called after
    /// commits, the name of the repository.
    public static String name(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        Path parent = whole.getParent();
        if (parent != null && SNAPSHOTS.equals(lastName(parent))) {
            String repository = parent.getParent() == null ? "" : lastName(parent.getParent());
            if (repository.startsWith(REPOSITORY)) {
                return repository.substring(repository.lastIndexOf("--") + 2);
            }
        }
        return lastName(whole);
    }

    private static String lastName(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
