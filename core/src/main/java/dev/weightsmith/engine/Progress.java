package dev.weightsmith.engine;

/// Is told how far a job has come.
public interface Progress {
    /// Tells nobody.
    Progress NONE =
            new Progress() {
                @Override
                public void begin(String what, long totalBytes) {}

                @Override
                public void advance(long bytes) {}

                @Override
                public void end() {}
            };

    /// A job of `totalBytes` begins.
    void begin(String what, long totalBytes);

    /// So many more bytes are done.
    void advance(long bytes);

    /// The job is over, done or not.
    void end();
}
