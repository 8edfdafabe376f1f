package dev.weightsmith.checkpoint;

/// A file that tensors are read from, known by what it is and not by where it lies.
///
/// @param name its role in the job and its own name, for example `model/consolidated.00.pth`
/// @param size bytes
/// @param header SHA-256 of all that says which tensors are where, 64 hexadecimal digits
public record Source(String name, long size, String header) {
    public Source {
        if (name.isEmpty() || size < 0 || !header.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "no file: '%s', %d bytes, header %s".formatted(name, size, header));
        }
    }
}
