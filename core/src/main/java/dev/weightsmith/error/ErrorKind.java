package dev.weightsmith.error;

/// Why a job stopped. Command lines map each kind to an exit code.
public enum ErrorKind {
    /// The bytes of an input break the rules of its format.
    MALFORMED,
    /// Inputs that are well formed do not fit together.
    MISMATCH,
    /// An input asks for what is never done: running code, leaving a folder.
    REFUSED,
    /// A digest, checksum or other check did not hold.
    CHECK_FAILED,
    /// Valid, but not supported.
    UNSUPPORTED,
    /// The output exists, is locked or is an input.
    OUTPUT_CONFLICT,
    /// The disk is full or too small.
    NO_SPACE,
    /// The operating system could not read or write.
    IO,
    /// A limit on memory or counts was reached.
    LIMIT,
    /// An input changed while it was read.
    CHANGED
}
