package dev.weightsmith.format.torch;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.torch.PickleValue.Storage;
import dev.weightsmith.io.ByteSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// The container of PyTorch 1.6 and later: a zip with one folder that holds `data.pkl`, the
/// storages `data/KEY`, `version`, and since 2.1 `byteorder`
/// (docs/specs/checkpoints.md#pytorch-files).
final class TorchZip {
    private static final int LONGEST_NOTE = 64;
    private static final int NEWEST_VERSION = 10;

    private final ByteSource file;
    private final String root;
    private final long directoryOffset;
    private final Map<String, ZipRecord> records;

    private TorchZip(ByteSource file, ZipDirectory directory) {
        this.file = file;
        this.root = directory.root();
        this.directoryOffset = directory.offset();
        this.records = directory.records();
    }

    static TorchContents read(ByteSource file) throws IOException {
        return new TorchZip(file, ZipDirectory.read(file)).contents();
    }

    private TorchContents contents() throws IOException {
        if (records.containsKey("constants.pkl")
                || records.keySet().stream().anyMatch(name -> name.startsWith("code/"))) {
            throw FileException.unsupported(
                    file.path(), "is a TorchScript program, expected a dict of tensors");
        }
        if (!records.containsKey("data.pkl")) {
            throw FileException.malformed(
                    file.path(), "is a zip without data.pkl, so not one of PyTorch");
        }
        requireVersion();
        requireByteOrder();
        var pickle = find("data.pkl");
        String title = "pickle data.pkl";
        byte[] bytes = bytes(pickle, PickleStream.LONGEST);
        var stream =
                pickle.deflated()
                        ? PickleStream.unpacked(file.path(), title, bytes)
                        : PickleStream.stored(file.path(), title, pickle.dataOffset(), bytes);
        var builder = new TensorBuilder(false);
        var top = new PickleMachine(stream, builder).run();
        if (stream.position() != stream.length()) {
            throw stream.fault(
                    ErrorKind.MALFORMED,
                    stream.position(),
                    "goes on for %d bytes after its end"
                            .formatted(stream.length() - stream.position()));
        }
        var storages = new HashMap<String, StorageBytes>();
        var checks = new HashMap<String, ZipRecord>();
        for (var storage : builder.storages().values()) {
            var record = storage(storage);
            storages.put(
                    storage.key(),
                    new StorageBytes(
                            file,
                            record.dataOffset(),
                            record.size(),
                            Optional.of(new RecordChecksum(record.size()))));
            checks.put(storage.key(), record);
        }
        return new TorchContents(
                "PyTorch zip",
                Optional.of(root),
                directoryOffset,
                file.size() - directoryOffset,
                StateDict.of(file.path(), top),
                storages,
                checks);
    }

    private ZipRecord find(String name) throws FileException {
        var record = records.get(name);
        if (record == null) {
            throw FileException.malformed(file.path(), "has no record " + Printable.name(name));
        }
        return record;
    }

    private void requireVersion() throws IOException {
        // Some early writers put it beside the storages.
        String text = note(find(records.containsKey("version") ? "version" : ".data/version"));
        int version;
        try {
            version = Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw FileException.malformed(
                    file.path(),
                    "has version %s, expected a number".formatted(Printable.name(text)));
        }
        if (version < 1 || version > NEWEST_VERSION) {
            throw FileException.unsupported(
                    file.path(),
                    "has version %d, supported are 1 to %d".formatted(version, NEWEST_VERSION));
        }
    }

    private void requireByteOrder() throws IOException {
        if (!records.containsKey("byteorder")) {
            return; // before 2.1, always little
        }
        String order = note(find("byteorder"));
        if (order.equals("big")) {
            throw FileException.unsupported(
                    file.path(), "has big-endian values; save it again on a little-endian machine");
        }
        if (!order.equals("little")) {
            throw FileException.malformed(file.path(), "has byteorder " + Printable.name(order));
        }
    }

    private String note(ZipRecord record) throws IOException {
        return new String(bytes(record, LONGEST_NOTE), StandardCharsets.ISO_8859_1);
    }

    private ZipRecord storage(Storage storage) throws FileException {
        var record = find("data/" + storage.key());
        if (record.deflated()) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    file.path(),
                                    "storage 'data/%s' is compressed".formatted(storage.key()))
                            .at(record.dataOffset())
                            .withHint("PyTorch never does that; save the file again with it"));
        }
        if (record.size() != storage.bytes()) {
            throw FileException.malformed(
                    file.path(),
                    record.dataOffset(),
                    "storage 'data/%s' has %d bytes, expected %d for %d elements of %s"
                            .formatted(
                                    storage.key(),
                                    record.size(),
                                    storage.bytes(),
                                    storage.elements(),
                                    storage.type().name()));
        }
        return record;
    }

    /// The bytes of a small record, whose CRC is checked before anybody looks at them.
    private byte[] bytes(ZipRecord record, int limit) throws IOException {
        if (record.size() > limit || record.packedSize() > limit) {
            throw FileException.overLimit(
                    file.path(),
                    "record %s has %d bytes, the limit is %d"
                            .formatted(Printable.name(record.name()), record.size(), limit));
        }
        byte[] packed = file.bytes(record.dataOffset(), (int) record.packedSize());
        byte[] bytes = record.deflated() ? inflated(record, packed) : packed;
        record.requireCrc(file.path(), Crc32.of(MemorySegment.ofArray(bytes)));
        return bytes;
    }

    private byte[] inflated(ZipRecord record, byte[] packed) throws FileException {
        byte[] bytes = new byte[(int) record.size()];
        try (var inflater = new Inflater(true)) {
            inflater.setInput(packed);
            int length = 0;
            while (length < bytes.length) {
                int more = inflater.inflate(bytes, length, bytes.length - length);
                if (more == 0) {
                    break;
                }
                length += more;
            }
            boolean over = inflater.inflate(new byte[1]) != 0;
            if (length < bytes.length
                    || over
                    || !inflater.finished()
                    || inflater.getRemaining() != 0) {
                throw wrongPacking(record);
            }
            return bytes;
        } catch (DataFormatException e) {
            throw wrongPacking(record);
        }
    }

    private FileException wrongPacking(ZipRecord record) {
        return FileException.malformed(
                file.path(),
                record.dataOffset(),
                "record %s does not unpack to %d bytes"
                        .formatted(Printable.name(record.name()), record.size()));
    }
}
