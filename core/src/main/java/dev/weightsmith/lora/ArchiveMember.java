package dev.weightsmith.lora;

import dev.weightsmith.tokenizer.TemplateFiles;
import java.util.ArrayList;
import java.util.List;

/// The name of a member of an archive, as folders and a file name below the archive's root.
///
/// It never becomes a path as it stands: only a [#file] that is known, or the plain name of a
/// Python file or chat template, is written, and where is ours to say.
///
/// @param folder with `/` between its parts; empty at the root
record ArchiveMember(String folder, String file) {
    /// @throws IllegalArgumentException if the name could lead outside of a folder
    static ArchiveMember of(String name) {
        if (name.startsWith("/") || name.contains("\\") || name.matches("(?s)[A-Za-z]:.*")) {
            throw new IllegalArgumentException("is not a relative name");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("holds control characters");
        }
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw new IllegalArgumentException("leads outside of its folder");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        if (parts.isEmpty()) {
            return new ArchiveMember("", "");
        }
        return new ArchiveMember(
                String.join("/", parts.subList(0, parts.size() - 1)), parts.getLast());
    }

    /// Whether it is a chat template with a name of its own, which lies in a folder for these.
    boolean isTemplate() {
        return lastFolder().equals(TemplateFiles.FOLDER) && TemplateFiles.isAdditional(file);
    }

    private String lastFolder() {
        return folder.substring(folder.lastIndexOf('/') + 1);
    }

    /// The folder that holds [#folder]; empty for the root.
    String parent() {
        return folder.substring(0, Math.max(0, folder.lastIndexOf('/')));
    }
}
