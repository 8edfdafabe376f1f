package dev.weightsmith.checkpoint;

import dev.weightsmith.io.ByteSink;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.util.List;

/// How one output file will hold its tensors: every offset and the size, known before any value.
///
/// Layouts are values: equal where their tensors and their [#spec] are.
public interface FileLayout {
    /// The tensors in the order in which their bytes must be appended.
    List<TensorInfo> tensors();

    /// Bytes of the whole file.
    long size();

    /// Where the bytes of tensor `index` begin.
    long offset(int index);

    /// What it follows from, besides the tensors.
    LayoutSpec spec();

    /// A writer of this layout into `file`; closing it closes the file.
    CheckpointWriter writer(ByteSink file) throws IOException;
}
