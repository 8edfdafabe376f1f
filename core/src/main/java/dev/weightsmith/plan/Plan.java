package dev.weightsmith.plan;

import dev.weightsmith.checkpoint.FileLayout;
import java.nio.file.Path;
import java.util.ArrayList;
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
    /// @param lane files of one lane are written one after another, and beside those of other lanes
    ///   from one reading of the input where all hold the same tensors in the same order
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

    /// This plan's files and, in lanes of their own, those of `other`, all in this plan's target.
    public Plan with(Plan other) {
        int lanes = 1 + tensorFiles.stream().mapToInt(TensorFile::lane).max().orElse(-1);
        var files = new ArrayList<>(tensorFiles);
        for (TensorFile file : other.tensorFiles) {
            files.add(
                    new TensorFile(
                            file.name(), lanes + file.lane(), file.layout(), file.tensors()));
        }
        var texts = new ArrayList<>(textFiles);
        texts.addAll(other.textFiles);
        return new Plan(target, folder, files, texts);
    }

    /// Bytes of all files together.
    public long bytes() {
        return tensorFiles.stream().mapToLong(file -> file.layout().size()).sum()
                + textFiles.stream().mapToLong(file -> file.bytes().length).sum();
    }
}
