package dev.weightsmith.plan;

import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.checkpoint.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// All that a job writes, known from headers alone: every file, tensor, type, shape, offset and
/// size.
///
/// A plan is a value: it holds no open file, says nothing of where its sources lie and its output
/// will be, and two plans that write the same from the same are equal.
///
/// @param folder whether the output is a folder that holds the files, or one file
/// @param tensorFiles in the order in which they are written
/// @param textFiles small files, written after the tensors
public record Plan(boolean folder, List<TensorFile> tensorFiles, List<TextFile> textFiles) {

    /// A file of tensors.
    ///
    /// @param name relative to the output folder; the output's own name where it is one file
    /// @param lane files of one lane are written one after another, and beside those of other lanes
    ///   from one reading of the input where all hold the same tensors in the same order
    /// @param layout holds the same names, types and shapes as `tensors`, in the same order
    public record TensorFile(
            String name, int lane, FileLayout layout, List<PlannedTensor> tensors) {
        public TensorFile {
            tensors = List.copyOf(tensors);
            if (!layout.tensors().equals(tensors.stream().map(PlannedTensor::info).toList())) {
                throw new IllegalArgumentException(name + ": the layout is of other tensors");
            }
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
    ///
    /// @param bytes never changed by anybody
    public record TextFile(String name, byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof TextFile(var otherName, var otherBytes)
                    && name.equals(otherName)
                    && Arrays.equals(bytes, otherBytes);
        }

        @Override
        public int hashCode() {
            return 31 * name.hashCode() + Arrays.hashCode(bytes);
        }
    }

    public Plan {
        tensorFiles = List.copyOf(tensorFiles);
        textFiles = List.copyOf(textFiles);
        if (!folder && tensorFiles.size() + textFiles.size() != 1) {
            throw new IllegalArgumentException("one file, expected a folder");
        }
        var names = new HashSet<String>();
        Stream.concat(
                        tensorFiles.stream().map(TensorFile::name),
                        textFiles.stream().map(TextFile::name))
                .filter(name -> !names.add(name))
                .forEach(name -> {
                    throw new IllegalArgumentException("two files named " + name);
                });
    }

    /// This plan's files and, in lanes of their own, those of `other`, all in one folder.
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
        return new Plan(folder, files, texts);
    }

    /// All tensors of all files.
    public Stream<PlannedTensor> tensors() {
        return tensorFiles.stream().flatMap(file -> file.tensors().stream());
    }

    /// The files that it reads, each once, in the order in which it needs them first.
    public List<Source> sources() {
        return tensors()
                .flatMap(tensor -> Recipes.sources(tensor.recipe()).stream())
                .distinct()
                .toList();
    }

    /// Bytes of all files together.
    public long bytes() {
        return tensorFiles.stream().mapToLong(file -> file.layout().size()).sum()
                + textFiles.stream().mapToLong(file -> file.bytes().length).sum();
    }
}
