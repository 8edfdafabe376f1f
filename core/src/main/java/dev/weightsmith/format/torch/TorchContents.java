package dev.weightsmith.format.torch;

import java.util.Map;
import java.util.Optional;

/// What a container of PyTorch holds, whichever it is.
///
/// @param container its name
/// @param savedAs the name under which it was saved, without ending; legacy files forget it
/// @param headerOffset where begins what says which tensors are where: a zip's directory, which
///   holds the checksum of the pickle too, or the pickles of a legacy file
/// @param headerBytes of that
/// @param storages where each storage lies, by key
/// @param checked the records whose CRCs are known, by the key of their storage; legacy files have
///   none
record TorchContents(
        String container,
        Optional<String> savedAs,
        long headerOffset,
        long headerBytes,
        StateDict state,
        Map<String, StorageBytes> storages,
        Map<String, ZipRecord> checked) {}
