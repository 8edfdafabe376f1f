package dev.weightsmith.lora;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.OutputFile;
import dev.weightsmith.tokenizer.TemplateFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;

/// Takes the members of one archive as they come, and writes those that make an adapter below a
/// folder of its own, each under a name that is not the archive's.
final class Unpacking {
    private static final Set<String> WANTED =
            Set.of(
                    "adapter_config.json",
                    "adapter_model.bin",
                    "adapter_model.safetensors",
                    "added_tokens.json",
                    TemplateFiles.NAME,
                    "config.json",
                    "generation_config.json",
                    "special_tokens_map.json",
                    "tokenizer.model",
                    "tokenizer_config.json");

    /// Real adapters shrink by a third at most; a hundredfold is an attack.
    private static final long LARGEST_RATIO = 100;

    /// What even a small archive may grow to.
    private static final long ALWAYS_ALLOWED = 16 << 20;

    /// What a disk is left with.
    private static final long SPARED = 64 << 20;

    private final Path archive;
    private final Path target;
    private final long allowed;
    private long announced;
    private long written;
    private int codeFiles;
    private int templates;

    /// The archive's folders, by the number under which their files are written.
    private final Map<String, Path> folders = new LinkedHashMap<>();

    private final Set<String> seen = new TreeSet<>();

    /// @param target an empty folder
    Unpacking(Path archive, Path target) throws IOException {
        this.archive = archive;
        this.target = target;
        this.allowed =
                Math.max(ALWAYS_ALLOWED, Math.min(Files.size(archive), 1L << 50) * LARGEST_RATIO);
    }

    /// A member, before anything of it is read.
    ///
    /// @param size as announced
    /// @return whether its bytes are wanted by [#write]
    boolean accept(String name, boolean folder, boolean regular, long size) throws IOException {
        ArchiveMember member = member(name);
        if (folder) {
            return false;
        }
        if (!regular) {
            throw FileException.refused(
                    archive,
                    "member %s is a link or device, expected a file"
                            .formatted(Printable.name(name)));
        }
        boolean code = Companions.isCode(member.file());
        if (!code && !member.isTemplate() && !WANTED.contains(member.file())) {
            return false;
        }
        if (code) {
            Companions.requireFew(archive, ++codeFiles);
        }
        if (member.isTemplate()) {
            TemplateFiles.requireFew(archive, ++templates);
        }
        if (!seen.add(member.folder() + "/" + member.file())) {
            throw FileException.malformed(
                    archive, "holds %s more than once".formatted(Printable.name(name)));
        }
        if (size < 0 || size > allowed - announced) {
            throw tooLarge();
        }
        announced += size;
        long free = Files.getFileStore(target).getUsableSpace();
        if (announced - written > free - SPARED) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.NO_SPACE,
                                    archive,
                                    "unpacks to %d bytes and more, but %s has %d free"
                                            .formatted(announced, target.getParent(), free))
                            .withHint(
                                    "unpack the archive elsewhere and give the folder instead of"
                                            + " it"));
        }
        return true;
    }

    /// Writes an accepted member.
    ///
    /// @param size as announced: neither more nor less may come
    /// @return the CRC-32 of its bytes
    long write(String name, InputStream bytes, long size) throws IOException {
        ArchiveMember member = member(name);
        var crc = new CRC32();
        long count = 0;
        try (var out = OutputFile.create(place(member))) {
            byte[] buffer = new byte[1 << 16];
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                count += n;
                if (count > size) {
                    break;
                }
                crc.update(buffer, 0, n);
                out.write(MemorySegment.ofArray(buffer).asSlice(0, n));
            }
        }
        if (count != size) {
            throw FileException.malformed(
                    archive,
                    "member "
                            + Printable.name(name)
                            + (count > size ? " goes on after " : " ends after " + count + " of ")
                            + size
                            + " bytes");
        }
        written += count;
        return crc.getValue();
    }

    /// A stream of decompressed bytes that ends in an error where the archive grows too large.
    InputStream limited(InputStream decompressed) {
        return new InputStream() {
            private long count;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = decompressed.read(buffer, offset, length);
                count += Math.max(0, n);
                if (count > allowed) {
                    throw tooLarge();
                }
                return n;
            }

            @Override
            public void close() throws IOException {
                decompressed.close();
            }
        };
    }

    /// The folder that holds the one adapter.
    Path adapter() throws IOException {
        var adapters =
                folders.entrySet().stream()
                        .filter(e -> Files.exists(e.getValue().resolve("adapter_config.json")))
                        .toList();
        if (adapters.isEmpty()) {
            throw new FileException(
                    Problem.of(ErrorKind.MALFORMED, archive, "holds no adapter_config.json")
                            .withHint(
                                    "give the adapter's folder, or the archive as it was"
                                            + " published"));
        }
        if (adapters.size() > 1) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MALFORMED,
                                    archive,
                                    "holds several adapters, in the folders "
                                            + Printable.text(
                                                    String.join(
                                                            ", ",
                                                            adapters.stream()
                                                                    .map(Map.Entry::getKey)
                                                                    .map(f -> f.isEmpty() ? "." : f)
                                                                    .toList())))
                            .withHint("unpack it and give the folder of the one you mean"));
        }
        return adapters.getFirst().getValue();
    }

    /// What went wrong in a library that reads hostile bytes, as an error of ours.
    FileException damaged(Throwable cause) {
        return switch (cause) {
            case FileException own -> own;
            case OutOfMemoryError e ->
                    new FileException(
                            Problem.of(ErrorKind.LIMIT, archive, "needs too much memory to unpack"),
                            e);
            case FileSystemException e ->
                    new FileException(
                            Problem.of(
                                    ErrorKind.IO, archive, "cannot be unpacked: " + e.getMessage()),
                            e);
            case EOFException e ->
                    new FileException(Problem.of(ErrorKind.MALFORMED, archive, "is cut short"), e);
            default ->
                    new FileException(
                            Problem.of(
                                            ErrorKind.MALFORMED,
                                            archive,
                                            "is a damaged archive: "
                                                    + Printable.text(
                                                            String.valueOf(cause.getMessage())))
                                    .withHint("download it again and compare its digest"),
                            cause);
        };
    }

    private FileException tooLarge() {
        return FileException.overLimit(
                archive,
                "unpacks to more than %d bytes, %d times what an archive of its size may hold"
                        .formatted(allowed, LARGEST_RATIO));
    }

    private ArchiveMember member(String name) throws FileException {
        try {
            return ArchiveMember.of(name);
        } catch (IllegalArgumentException e) {
            throw FileException.refused(
                    archive, "member %s %s".formatted(Printable.name(name), e.getMessage()));
        }
    }

    private Path place(ArchiveMember member) throws IOException {
        return member.isTemplate()
                ? Files.createDirectories(folder(member.parent()).resolve(TemplateFiles.FOLDER))
                        .resolve(member.file())
                : folder(member.folder()).resolve(member.file());
    }

    private Path folder(String name) throws IOException {
        Path folder = folders.get(name);
        if (folder == null) {
            folder = Files.createDirectory(target.resolve(Integer.toString(folders.size())));
            folders.put(name, folder);
        }
        return folder;
    }
}
