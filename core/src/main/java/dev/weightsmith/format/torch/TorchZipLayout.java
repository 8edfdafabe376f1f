package dev.weightsmith.format.torch;

import dev.weightsmith.checkpoint.CheckpointWriter;
import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.checkpoint.LayoutSpec;
import dev.weightsmith.io.ByteSink;
import dev.weightsmith.tensor.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/// A `.pth` or `.bin` file as `torch.save` of PyTorch 1.13 writes a dict of tensors, byte for byte
/// (docs/specs/checkpoints.md#pytorch-files).
///
/// Storage `i` is that of the dict's tensor `i`, but the storages stand in the order of their keys
/// as text: 0, 1, 10, 11, 2 …. [#tensors] has that order.
public final class TorchZipLayout implements FileLayout {
    private static final byte[] VERSION = "3\n".getBytes(StandardCharsets.US_ASCII);

    private final LayoutSpec.TorchZip spec;
    private final byte[] pickle;
    private final ZipMember pickleMember;
    private final List<TensorInfo> tensors;
    private final List<ZipMember> members;
    private final ZipMember versionMember;

    private TorchZipLayout(String fileName, String root, List<TensorInfo> dict) {
        this.spec = new LayoutSpec.TorchZip(fileName, dict.stream().map(TensorInfo::name).toList());
        this.pickle = StateDictPickle.of(dict);
        this.pickleMember = new ZipMember(root + "data.pkl", pickle.length, 0);
        this.tensors = new ArrayList<>();
        this.members = new ArrayList<>();
        long end = pickleMember.end();
        var order =
                IntStream.range(0, dict.size())
                        .boxed()
                        .sorted(Comparator.comparing(Object::toString))
                        .toList();
        for (int key : order) {
            var tensor = dict.get(key);
            var member = new ZipMember(root + "data/" + key, tensor.bytes(), end);
            tensors.add(tensor);
            members.add(member);
            end = member.end();
        }
        this.versionMember = new ZipMember(root + "version", VERSION.length, end);
    }

    /// The layout of a file of that name.
    ///
    /// @param fileName its last part; up to its last dot it names the folder inside, so that a
    ///   renamed file is another one
    /// @param tensors in the order of the dict
    /// @throws dev.weightsmith.error.PlanException if PyTorch 1.13 cannot hold a tensor's type
    /// @throws IllegalArgumentException if two tensors have one name, or the name none of its own
    public static TorchZipLayout of(String fileName, List<TensorInfo> tensors) {
        int dot = fileName.lastIndexOf('.');
        String stem = dot < 0 ? fileName : fileName.substring(0, dot);
        if (stem.isEmpty() || stem.contains("/") || stem.contains("\\")) {
            throw new IllegalArgumentException("'%s' is no file name".formatted(fileName));
        }
        var names = new HashSet<String>();
        for (var tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("two tensors named " + tensor.name());
            }
        }
        return new TorchZipLayout(fileName, stem + "/", tensors);
    }

    /// In the order of the storages' keys as text, which is not that of the dict.
    @Override
    public List<TensorInfo> tensors() {
        return List.copyOf(tensors);
    }

    @Override
    public long size() {
        return versionMember.offset() + trailer(new int[members.size()]).length;
    }

    @Override
    public long offset(int index) {
        return members.get(index).dataOffset();
    }

    @Override
    public LayoutSpec spec() {
        return spec;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TorchZipLayout layout
                && spec.equals(layout.spec)
                && tensors.equals(layout.tensors);
    }

    @Override
    public int hashCode() {
        return 31 * spec.hashCode() + tensors.hashCode();
    }

    @Override
    public CheckpointWriter writer(ByteSink file) throws IOException {
        return new Writer(file);
    }

    /// The member of each tensor, in the order of [#tensors].
    List<ZipMember> members() {
        return List.copyOf(members);
    }

    /// All before the first storage's header.
    byte[] leader() {
        var out = new ByteArrayOutputStream();
        writeWhole(out, pickleMember, pickle);
        return out.toByteArray();
    }

    /// All after the last storage: the version, the directory and its end.
    ///
    /// @param crcs of the storages, in the order of [#tensors]
    byte[] trailer(int[] crcs) {
        var out = new ByteArrayOutputStream();
        writeWhole(out, versionMember, VERSION);
        long directory = versionMember.end();
        int before = out.size();
        out.writeBytes(pickleMember.central(crc(pickle)));
        for (int i = 0; i < crcs.length; i++) {
            out.writeBytes(members.get(i).central(crcs[i]));
        }
        out.writeBytes(versionMember.central(crc(VERSION)));
        out.writeBytes(end(members.size() + 2L, directory, out.size() - before));
        return out.toByteArray();
    }

    private static void writeWhole(ByteArrayOutputStream out, ZipMember member, byte[] data) {
        out.writeBytes(member.header());
        out.writeBytes(data);
        out.writeBytes(member.descriptor(crc(data)));
    }

    /// The zip64 end record, its locator, and the plain end record: PyTorch always writes all
    /// three.
    private static byte[] end(long entries, long directory, long directorySize) {
        short count = (short) Math.min(entries, 0xffff);
        return ByteBuffer.allocate(56 + 20 + 22)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 0x031e) // made by version 3.0 on Unix
                .putShort((short) 45) // zip64
                .putInt(0)
                .putInt(0)
                .putLong(entries)
                .putLong(entries)
                .putLong(directorySize)
                .putLong(directory)
                .putInt(0x07064b50)
                .putInt(0)
                .putLong(directory + directorySize)
                .putInt(1)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort(count)
                .putShort(count)
                .putInt((int) Math.min(directorySize, 0xffffffffL))
                .putInt((int) Math.min(directory, 0xffffffffL))
                .putShort((short) 0)
                .array();
    }

    private static int crc(byte[] bytes) {
        return Crc32.of(MemorySegment.ofArray(bytes));
    }

    /// Puts headers and descriptors between the tensors as they come.
    private final class Writer implements CheckpointWriter {
        private final ByteSink file;
        private final int[] crcs = new int[members.size()];
        private int current = -1;
        private long remaining;

        Writer(ByteSink file) throws IOException {
            this.file = file;
            file.write(leader());
            begin(0);
        }

        @Override
        public void append(MemorySegment bytes) throws IOException {
            long length = bytes.byteSize();
            if (length > remaining) {
                throw new IllegalStateException(
                        "%d bytes for a tensor that takes %d more".formatted(length, remaining));
            }
            if (length == 0) {
                return;
            }
            file.write(bytes);
            crcs[current] = Crc32.join(crcs[current], Crc32.of(bytes), length);
            remaining -= length;
            if (remaining == 0) {
                file.write(members.get(current).descriptor(crcs[current]));
                begin(current + 1);
            }
        }

        @Override
        public void finish() throws IOException {
            if (current < members.size()) {
                throw new IllegalStateException(
                        "%s lacks %d bytes".formatted(tensors.get(current).name(), remaining));
            }
            file.write(trailer(crcs));
        }

        /// Begins the next member that has data, and writes those before it that have none.
        private void begin(int index) throws IOException {
            current = index;
            while (current < members.size() && members.get(current).size() == 0) {
                file.write(members.get(current++).header());
            }
            if (current < members.size()) {
                remaining = members.get(current).size();
                file.write(members.get(current).header());
            }
        }
    }
}
