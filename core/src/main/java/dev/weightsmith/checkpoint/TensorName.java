package dev.weightsmith.checkpoint;

import java.util.Optional;

/// What every format of ours asks of the names of tensors and metadata.
public final class TensorName {
    private TensorName() {}

    /// What is wrong with `name`, if anything: readers would cut it at a NUL, and half of a
    /// surrogate pair has no UTF-8.
    public static Optional<String> fault(String name) {
        for (int i = 0; i < name.length(); i++) {
            char character = name.charAt(i);
            if (Character.isISOControl(character)) {
                return Optional.of("holds a control character");
            }
            if (Character.isSurrogate(character)) {
                if (i + 1 == name.length()
                        || !Character.isSurrogatePair(character, name.charAt(i + 1))) {
                    return Optional.of("holds half of a surrogate pair");
                }
                i++;
            }
        }
        return Optional.empty();
    }
}
