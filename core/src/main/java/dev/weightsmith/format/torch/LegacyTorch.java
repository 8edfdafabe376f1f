package dev.weightsmith.format.torch;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.torch.PickleValue.BigInt;
import dev.weightsmith.format.torch.PickleValue.Bool;
import dev.weightsmith.format.torch.PickleValue.Dict;
import dev.weightsmith.format.torch.PickleValue.Int;
import dev.weightsmith.format.torch.PickleValue.Items;
import dev.weightsmith.format.torch.PickleValue.Text;
import dev.weightsmith.io.ByteSource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The container before PyTorch 1.6: five pickles (magic number, protocol, system, object, keys of
/// the storages), then each storage as a count of elements and their bytes. It has no checksums.
final class LegacyTorch {
    private static final BigInt MAGIC = new BigInt(new BigInteger("1950a86a20f9469cfc6c", 16));
    private static final Int PROTOCOL = new Int(1001);

    private final ByteSource file;
    private final TensorBuilder builder = new TensorBuilder(true);
    private long position;

    private LegacyTorch(ByteSource file) {
        this.file = file;
    }

    static TorchContents read(ByteSource file) throws IOException {
        return new LegacyTorch(file).contents();
    }

    private TorchContents contents() throws IOException {
        // Each is read before the next may be: nothing is believed of a file with another magic.
        if (!pickle("magic number").equals(MAGIC)) {
            throw FileException.malformed(
                    file.path(), 0, "is a pickle without PyTorch's magic number");
        }
        long protocolAt = position;
        if (!pickle("protocol").equals(PROTOCOL)) {
            throw FileException.malformed(
                    file.path(), protocolAt, "has another protocol than " + PROTOCOL.value());
        }
        requireSystem(position, pickle("system"));
        var top = pickle("object");
        long keysAt = position;
        var keys = pickle("storage keys");
        long headerBytes = position;
        var storages = storages(keysAt, keys);
        return new TorchContents(
                "PyTorch legacy",
                Optional.empty(),
                0,
                headerBytes,
                StateDict.of(file.path(), top),
                storages,
                Map.of());
    }

    private PickleValue pickle(String what) throws IOException {
        var stream = PickleStream.from(file, what + " pickle", position);
        var value = new PickleMachine(stream, builder).run();
        position += stream.position();
        return value;
    }

    private void requireSystem(long at, PickleValue system) throws FileException {
        if (!(system instanceof Dict dict)
                || !PROTOCOL.equals(dict.entries().get("protocol_version"))) {
            throw FileException.malformed(file.path(), at, "does not describe its system");
        }
        if (!(dict.entries().get("little_endian") instanceof Bool(boolean little)) || !little) {
            throw new FileException(
                    Problem.of(ErrorKind.UNSUPPORTED, file.path(), "has big-endian values").at(at));
        }
        // A long is 4 bytes in struct's standard sizes, and was 8 in the first versions.
        if (!(dict.entries().get("type_sizes") instanceof Dict sizes)
                || !new Int(2).equals(sizes.entries().get("short"))
                || !new Int(4).equals(sizes.entries().get("int"))
                || !(sizes.entries().get("long") instanceof Int(long size))
                || (size != 4 && size != 8)) {
            throw FileException.malformed(file.path(), at, "has unknown sizes of types");
        }
    }

    private Map<String, StorageBytes> storages(long at, PickleValue keys) throws IOException {
        var order = keys(at, keys);
        if (!order.equals(builder.storages().keySet())) {
            throw FileException.malformed(
                    file.path(),
                    at,
                    "lists %d storages, its tensors are on %d and not the same"
                            .formatted(order.size(), builder.storages().size()));
        }
        var storages = new HashMap<String, StorageBytes>();
        for (String key : order) {
            storages.put(key, storage(key));
        }
        if (position != file.size()) {
            throw FileException.malformed(
                    file.path(),
                    position,
                    "goes on for %d bytes after its last storage"
                            .formatted(file.size() - position));
        }
        return storages;
    }

    private Set<String> keys(long at, PickleValue keys) throws FileException {
        if (!(keys instanceof Items list)) {
            throw FileException.malformed(file.path(), at, "has no list of storages");
        }
        var order = new LinkedHashSet<String>();
        for (var key : list.items()) {
            if (!(key instanceof Text(String text)) || !order.add(text)) {
                throw FileException.malformed(
                        file.path(), at, "lists a storage twice or without a name");
            }
        }
        return order;
    }

    private StorageBytes storage(String key) throws IOException {
        var storage =
                Optional.ofNullable(builder.storages().get(key))
                        .orElseThrow(() -> new IllegalArgumentException(key));
        long elements =
                ByteBuffer.wrap(file.bytes(position, Long.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getLong();
        if (elements != storage.elements()) {
            throw FileException.malformed(
                    file.path(),
                    position,
                    "storage %s has %d elements, expected %d"
                            .formatted(Printable.name(key), elements, storage.elements()));
        }
        position += Long.BYTES;
        if (storage.bytes() > file.size() - position) {
            throw FileException.malformed(
                    file.path(),
                    position,
                    "storage %s has %d bytes, but the file ends after %d"
                            .formatted(
                                    Printable.name(key), storage.bytes(), file.size() - position));
        }
        var bytes = new StorageBytes(file, position, storage.bytes(), Optional.empty());
        position += storage.bytes();
        return bytes;
    }
}
