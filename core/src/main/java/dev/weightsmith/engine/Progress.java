package dev.weightsmith.engine;

/// Hears how far a job is. [#advance] is called by several threads at once.
public interface Progress {
    /// Something of `totalBytes` begins.
    void begin(String what, long totalBytes);

    /// So many more bytes are done.
    void advance(long bytes);

    /// What began is over, complete or not.
    void end();

    /// Hears nothing.
    Progress NONE =
            new Progress() {
                @Override
                public void begin(String what, long totalBytes) {}

                @Override
                public void advance(long bytes) {}

                @Override
                public void end() {}
            };
}
