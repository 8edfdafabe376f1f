package dev.weightsmith.app;

import java.lang.Runtime.Version;
import java.util.Optional;

/// Which Java may do the work.
final class JavaRequirement {
    /// 25.0.0 to 25.0.2 can corrupt heap arrays that are pinned while they are copied.
    private static final Version FIRST_SOUND_25 = Version.parse("25.0.3");

    private JavaRequirement() {}

    /// Why this Java may not, if so.
    static Optional<String> refusal(Version version) {
        if (version.feature() >= 25 && version.compareToIgnoreOptional(FIRST_SOUND_25) >= 0) {
            return Optional.empty();
        }
        return Optional.of(
                "this is Java "
                        + version
                        + ", expected 25.0.3 or newer: earlier ones can corrupt data");
    }
}
