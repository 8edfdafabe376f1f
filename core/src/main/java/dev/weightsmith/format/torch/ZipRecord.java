package dev.weightsmith.format.torch;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.nio.file.Path;

/// One member of a zip, as its central and its local header both have it.
///
/// @param name below the archive's root folder
/// @param dataOffset of its bytes in the file
/// @param packedSize bytes in the file
/// @param size bytes unpacked; the same where `deflated` is false
record ZipRecord(
        String name, long dataOffset, long packedSize, long size, int crc, boolean deflated) {

    /// @throws FileException if `actual` is not the CRC that the zip has
    void requireCrc(Path file, int actual) throws FileException {
        if (actual == crc) {
            return;
        }
        var problem =
                Problem.of(
                                ErrorKind.CHECK_FAILED,
                                file,
                                String.format(
                                        "record %s has CRC %08x, expected %08x",
                                        Printable.name(name), actual, crc))
                        .at(dataOffset);
        throw new FileException(
                crc == 0
                        ? problem.withHint(
                                "it was saved without CRCs; save it again with"
                                        + " torch.serialization.set_crc32_options(True)")
                        : problem.withHint("the file is damaged; get it again"));
    }
}
