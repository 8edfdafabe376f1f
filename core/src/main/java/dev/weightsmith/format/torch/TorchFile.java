package dev.weightsmith.format.torch;

import dev.weightsmith.checkpoint.SingleFile;
import dev.weightsmith.error.FileException;
import dev.weightsmith.io.ByteSource;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A `.pth`, `.bin` or `.pt` file as PyTorch saves it, of any version since 0.4.
///
/// Its pickle is read as data and never run: a file that asks for anything but tensors is refused.
public final class TorchFile implements SingleFile {
    private final ByteSource file;
    private final TorchContents contents;
    private final Map<String, TensorInfo> infos;

    private TorchFile(ByteSource file, TorchContents contents) {
        this.file = file;
        this.contents = contents;
        this.infos = new LinkedHashMap<>();
        contents.state()
                .tensors()
                .forEach((name, tensor) ->
                        infos.put(
                                name, new TensorInfo(name, tensor.dtype(), tensor.view().shape())));
    }

    /// Opens a file that PyTorch saved, with all that describes its tensors read and checked.
    ///
    /// @throws FileException if its bytes are wrong (`MALFORMED`), it asks for more than tensors
    ///   (`REFUSED`), a checksum does not hold (`CHECK_FAILED`), or it is beyond what is supported
    public static TorchFile open(Path path) throws IOException {
        var file = InputFile.open(path);
        try {
            return new TorchFile(file, contents(file));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// Whether `file` begins like one of PyTorch's; opening it may still fail.
    public static boolean recognises(ByteSource file) throws IOException {
        var kind = TorchKind.of(file);
        return kind == TorchKind.ZIP || kind == TorchKind.LEGACY;
    }

    private static TorchContents contents(ByteSource file) throws IOException {
        return switch (TorchKind.of(file)) {
            case ZIP, OTHER_ZIP -> TorchZip.read(file);
            case LEGACY, OTHER_PICKLE -> LegacyTorch.read(file);
            case TAR ->
                    throw FileException.unsupported(
                            file.path(),
                            "is a tar, as PyTorch before 0.2 saved; save it again with a newer one");
            case UNKNOWN ->
                    throw FileException.malformed(
                            file.path(),
                            0,
                            "is %s, expected a zip or pickle of PyTorch"
                                    .formatted(TorchKind.guess(file)));
        };
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public String container() {
        return contents.container();
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public String headerDigest() throws IOException {
        return file.sha256(contents.headerOffset(), contents.headerBytes());
    }

    @Override
    public List<TensorInfo> tensors() {
        return List.copyOf(infos.values());
    }

    @Override
    public Optional<TensorInfo> find(String name) {
        return Optional.ofNullable(infos.get(name));
    }

    /// Names of what lies beside the tensors and is none: steps, options, an optimizer's state.
    public List<String> ignored() {
        return contents.state().ignored();
    }

    /// The name under which PyTorch saved it, without ending, where the file remembers one.
    public Optional<String> savedAs() {
        return contents.savedAs();
    }

    @Override
    public void readRows(TensorInfo info, long first, long count, MemorySegment destination)
            throws IOException {
        var tensor = contents.state().tensors().get(info.name());
        if (tensor == null || !info.equals(infos.get(info.name()))) {
            throw new IllegalArgumentException(
                    "%s is not a tensor of %s".formatted(info.name(), path()));
        }
        if (first < 0
                || count < 0
                || count > info.rows() - first
                || destination.byteSize() != count * info.rowBytes()) {
            throw new IllegalArgumentException(
                    "%d rows from %d of %s into %d bytes"
                            .formatted(count, first, info, destination.byteSize()));
        }
        var storage =
                Optional.ofNullable(contents.storages().get(tensor.storage().key())).orElseThrow();
        ViewReader.read(
                storage, tensor.view(), info.dtype().blockBytes(), first, count, destination);
    }

    @Override
    public void verify() throws IOException {
        for (var entry : contents.storages().entrySet()) {
            var record = contents.checked().get(entry.getKey());
            var storage = entry.getValue();
            if (record != null && storage.checksum().isPresent()) {
                var checksum = storage.checksum().get();
                if (checksum.isTouched()) {
                    record.requireCrc(
                            path(),
                            checksum.complete(
                                    (offset, into) -> file.read(storage.offset() + offset, into)));
                }
            }
        }
        file.requireUnchanged();
    }

    @Override
    public List<Path> files() {
        return List.of(path());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
