package dev.weightsmith.plan;

import dev.weightsmith.checkpoint.FileLayout;
import java.nio.file.Path;
import java.util.List;

/// A whole job, known from headers alone: every file, tensor, type, shape, offset and size.
///
/// @param target the file or folder that will get its name when all is complete
/// @param folder whether `target` is a folder that holds the files, or the one file itself
/// @param tensorFiles in the order in which they are written
/// @param textFiles small files, written after the tensors
public record Plan(
        Path target, boolean folder, List<TensorFile> tensorFiles, List<TextFile> textFiles) {

    /// A file of tensors.
    ///
    /// @param name relative to the target folder; the target's own name where it is one file
    /// @param lane files of different lanes that hold the same tensors in the same order are
    ///   written side by side from one reading of the input
    /// @param layout holds the same names, types and shapes as `tensors`, in the same order
    public record TensorFile(
            String name, int lane, FileLayout layout, List<PlannedTensor> tensors) {
        public TensorFile {
            tensors = List.copyOf(tensors);
        }
    }

    /// A configuration, index or tokenizer file.
    public record TextFile(String name, byte[] bytes) {}

    public Plan {
        tensorFiles = List.copyOf(tensorFiles);
        textFiles = List.copyOf(textFiles);
    }

    /// Bytes of all files together.
    public long bytes() {
        return tensorFiles.stream().mapToLong(file -> file.layout().size()).sum()
                + textFiles.stream().mapToLong(file -> file.bytes().length).sum();
    }
}
