package dev.weightsmith.plan;

import dev.weightsmith.checkpoint.FileLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;

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

        /// A file of the first lane.
        ///
        /// @param tensors in any order; the file has the layout's
        public static TensorFile of(String name, FileLayout layout, List<PlannedTensor> tensors) {
            var byName = new HashMap<String, PlannedTensor>();
            tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
            return new TensorFile(
                    name,
                    0,
                    layout,
                    layout.tensors().stream()
                            .map(info -> Objects.requireNonNull(byName.get(info.name())))
                            .toList());
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
