package dev.weightsmith.format.gguf;

import dev.weightsmith.checkpoint.FlatFile;
import dev.weightsmith.io.ByteSource;
import dev.weightsmith.io.InputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SequencedMap;

/// One GGUF file, which is a whole model or a part of one.
final class GgufPart extends FlatFile {
    private final GgufHeader header;

    private GgufPart(ByteSource file, GgufHeader header) throws IOException {
        super(file, header.bytes(), header.tensors(), header.offsets());
        this.header = header;
    }

    static GgufPart open(Path path) throws IOException {
        var file = InputFile.open(path);
        try {
            return new GgufPart(file, GgufHeader.read(file));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    SequencedMap<String, GgufValue> metadata() {
        return header.metadata();
    }

    @Override
    public String container() {
        return "GGUF v" + header.version();
    }
}
