package dev.weightsmith.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.engine.Report;
import dev.weightsmith.job.Planned;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What a command adds to the jobs that [JobRunner] does for it.
public interface Supplement {
    /// Nothing.
    Supplement NONE = new Supplement() {};

    /// Adds to what programs are told of a plan or a finished job.
    default void tell(ObjectNode json) {}

    /// The pages that are made when all is written.
    default List<Page> pages() {
        return List.of();
    }

    /// A page about what was written.
    interface Page {
        /// Where it is to be.
        Path path();

        /// The option that says so.
        String option();

        byte[] bytes(Planned planned, Report written) throws IOException;
    }
}
