package dev.weightsmith.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;

/// One small adapter in the archives that adapters are published in.
final class ArchiveSeeds {
    private static final int BLOCK = 512;
    private static final int SIZE_AT = 124;
    private static final int CHECKSUM_AT = 148;

    private ArchiveSeeds() {}

    static List<byte[]> all() {
        return List.of(
                zip(), tar("", TarArchiveOutputStream.LONGFILE_POSIX), gzip(tars().getFirst()));
    }

    /// Plain names, and names that take a member of their own.
    static List<byte[]> tars() {
        return List.of(
                tar("lora/", TarArchiveOutputStream.LONGFILE_POSIX),
                tar("l".repeat(120) + "/", TarArchiveOutputStream.LONGFILE_POSIX),
                tar("l".repeat(120) + "/", TarArchiveOutputStream.LONGFILE_GNU));
    }

    /// A tar in which the checksum of each header is that of its bytes, as far as it can be
    /// followed: else few changed inputs would come further than that.
    static byte[] withChecksums(byte[] tar) {
        byte[] mended = tar.clone();
        long at = 0;
        while (at >= 0 && at <= mended.length - BLOCK) {
            int header = (int) at;
            if (isZero(mended, header)) {
                break;
            }
            byte[] field = "        ".getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(field, 0, mended, header + CHECKSUM_AT, field.length);
            long sum = 0;
            for (int i = 0; i < BLOCK; i++) {
                sum += mended[header + i] & 0xff;
            }
            TarUtils.formatCheckSumOctalBytes(sum, mended, header + CHECKSUM_AT, field.length);
            at += BLOCK + (size(mended, header) + BLOCK - 1) / BLOCK * BLOCK;
        }
        return mended;
    }

    /// Such a block ends an archive.
    private static boolean isZero(byte[] tar, int block) {
        return Arrays.equals(tar, block, block + BLOCK, new byte[BLOCK], 0, BLOCK);
    }

    private static long size(byte[] tar, int header) {
        try {
            return Math.clamp(TarUtils.parseOctal(tar, header + SIZE_AT, 12), 0, 1L << 40);
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    private static Map<String, byte[]> files(String folder) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(folder + "adapter_config.json", JsonSeeds.adapterConfigs().getFirst());
        files.put(folder + "adapter_model.safetensors", CheckpointSeeds.adapter());
        files.put(folder + "README.md", new byte[3]);
        return files;
    }

    private static byte[] zip() {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> file : files("lora/").entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] tar(String folder, int longNames) {
        var out = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(out, BLOCK)) {
            tar.setLongFileMode(longNames);
            for (Map.Entry<String, byte[]> file : files(folder).entrySet()) {
                var entry = new TarArchiveEntry(file.getKey(), true);
                entry.setModTime(0);
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
