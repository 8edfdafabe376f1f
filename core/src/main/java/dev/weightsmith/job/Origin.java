package dev.weightsmith.job;

import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.Finding;
import dev.weightsmith.model.Model;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where the model of a job comes from: files, and what is done to them.
public interface Origin {
    /// The files and folders that the user names.
    List<Path> inputs();

    /// Opens them and checks that they fit together; reads no weights. The caller closes.
    ///
    /// @throws dev.weightsmith.error.FileException if an input is not what it must be
    /// @throws dev.weightsmith.error.PlanException if the inputs do not fit together
    Opened open(Target target, boolean strict, Progress progress) throws IOException;

    /// A model that is to be written.
    ///
    /// @param name for the metadata; absent: the model's own
    /// @param findings what is worth knowing about the inputs
    /// @param unknown files of weights of which it is not known yet whether they are what they are
    ///   called
    /// @param held what stays open as long as the model is read
    record Opened(
            Model model,
            Optional<String> name,
            List<Finding> findings,
            List<Path> unknown,
            Closeable held)
            implements Closeable {
        public Opened {
            findings = List.copyOf(findings);
            unknown = List.copyOf(unknown);
        }

        @Override
        public void close() throws IOException {
            held.close();
        }
    }
}
