package dev.weightsmith.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Writes zips field by field, so that a test can make any field lie.
public final class ZipBuilder {
    /// One member; what its constructor sets is true until a test changes it.
    public static final class Member {
        public String name;
        public String localName;
        public byte[] bytes;
        public int size;
        public int crc;
        public int method;
        public int flags;
        public int localFlags;
        public int localCrc;
        public int localSize;
        public int localMethod;
        public int offsetShift;
        public byte[] centralExtra = {};
        public byte[] localExtra = {};
        public boolean written = true;

        public Member(String name, byte[] bytes) {
            this.name = name;
            this.localName = name;
            this.bytes = bytes;
            this.size = bytes.length;
            var sum = new CRC32();
            sum.update(bytes);
            this.crc = (int) sum.getValue();
            this.localCrc = crc;
            this.localSize = size;
        }

        public Member deflated() {
            var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
            deflater.setInput(bytes);
            deflater.finish();
            byte[] packed = new byte[bytes.length + 64];
            int length = deflater.deflate(packed);
            deflater.end();
            bytes = java.util.Arrays.copyOf(packed, length);
            method = 8;
            localMethod = 8;
            return this;
        }
    }

    private final List<Member> members = new ArrayList<>();
    public byte[] prefix = {};
    public byte[] suffix = {};
    public byte[] comment = {};
    public int entriesShift;

    /// A file of PyTorch with these pickle bytes and one storage.
    public static ZipBuilder torch(byte[] pickle, byte[] storage) {
        var zip = new ZipBuilder();
        zip.add("archive/data.pkl", pickle);
        zip.add("archive/data/0", storage);
        zip.add("archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        return zip;
    }

    public Member add(String name, byte[] bytes) {
        var member = new Member(name, bytes);
        members.add(member);
        return member;
    }

    public Member member(String name) {
        return members.stream().filter(m -> m.name.equals(name)).findFirst().orElseThrow();
    }

    public void remove(String name) {
        members.removeIf(m -> m.name.equals(name));
    }

    public byte[] bytes() {
        var out = new ByteArrayOutputStream();
        out.writeBytes(prefix);
        var directory = new ByteArrayOutputStream();
        for (var member : members) {
            int offset = out.size() + member.offsetShift;
            if (member.written) {
                writeLocal(out, member);
            }
            byte[] name = member.name.getBytes(StandardCharsets.UTF_8);
            directory.writeBytes(
                    little(46)
                            .putInt(0x02014b50)
                            .putInt(0)
                            .putShort((short) member.flags)
                            .putShort((short) member.method)
                            .putInt(0)
                            .putInt(member.crc)
                            .putInt(member.bytes.length)
                            .putInt(member.size)
                            .putShort((short) name.length)
                            .putShort((short) member.centralExtra.length)
                            .putShort((short) 0)
                            .putShort((short) 0)
                            .putShort((short) 0)
                            .putInt(0)
                            .putInt(offset)
                            .array());
            directory.writeBytes(name);
            directory.writeBytes(member.centralExtra);
        }
        int start = out.size();
        out.writeBytes(directory.toByteArray());
        out.writeBytes(
                little(22)
                        .putInt(0x06054b50)
                        .putInt(0)
                        .putShort((short) (members.size() + entriesShift))
                        .putShort((short) (members.size() + entriesShift))
                        .putInt(directory.size())
                        .putInt(start)
                        .putShort((short) comment.length)
                        .array());
        out.writeBytes(comment);
        out.writeBytes(suffix);
        return out.toByteArray();
    }

    private static void writeLocal(ByteArrayOutputStream out, Member member) {
        byte[] name = member.localName.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(
                little(30)
                        .putInt(0x04034b50)
                        .putShort((short) 0)
                        .putShort((short) member.localFlags)
                        .putShort((short) member.localMethod)
                        .putInt(0)
                        .putInt(member.localCrc)
                        .putInt(member.bytes.length)
                        .putInt(member.localSize)
                        .putShort((short) name.length)
                        .putShort((short) member.localExtra.length)
                        .array());
        out.writeBytes(name);
        out.writeBytes(member.localExtra);
        out.writeBytes(member.bytes);
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
