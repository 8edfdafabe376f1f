package dev.weightsmith.format.safetensors;

import dev.weightsmith.checkpoint.FlatFile;
import dev.weightsmith.io.ByteSource;
import dev.weightsmith.io.InputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;

/// A safetensors file: its header was read and checked when it was opened.
public final class SafetensorsFile extends FlatFile {
    private final SafetensorsHeader header;

    private SafetensorsFile(ByteSource file, SafetensorsHeader header) throws IOException {
        super(file, header.bytes(), header.tensors(), header.offsets());
        this.header = header;
    }

    /// Opens `path` and checks its header.
    ///
    /// @throws dev.weightsmith.error.FileException if it breaks a rule of the format
    public static SafetensorsFile open(Path path) throws IOException {
        var file = InputFile.open(path);
        try {
            return new SafetensorsFile(file, SafetensorsHeader.read(file));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// The strings of `__metadata__`, in the order of the file.
    public SequencedMap<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public String container() {
        return "safetensors";
    }

    @Override
    public List<String> warnings() {
        return header.warnings();
    }
}
