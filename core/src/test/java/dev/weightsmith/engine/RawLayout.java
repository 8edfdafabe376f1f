package dev.weightsmith.engine;

import dev.weightsmith.checkpoint.CheckpointWriter;
import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.io.OutputFile;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A file of nothing but the tensors' bytes.
record RawLayout(List<TensorInfo> tensors) implements FileLayout {
    @Override
    public long size() {
        return tensors.stream().mapToLong(TensorInfo::bytes).sum();
    }

    @Override
    public long offset(int index) {
        return tensors.subList(0, index).stream().mapToLong(TensorInfo::bytes).sum();
    }

    @Override
    public CheckpointWriter writer(OutputFile file) {
        return new CheckpointWriter() {
            @Override
            public void append(MemorySegment bytes) throws IOException {
                file.write(bytes);
            }

            @Override
            public void finish() {}
        };
    }
}
