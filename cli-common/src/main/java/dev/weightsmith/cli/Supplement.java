package dev.weightsmith.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.engine.Report;
import dev.weightsmith.io.Destination;
import dev.weightsmith.job.Planned;
import java.io.IOException;
import java.util.List;

/// What a command adds to the jobs that [JobRunner] does for it.
public interface Supplement {
    /// Nothing.
    Supplement NONE = new Supplement() {};

    /// Is asked before the work begins, also by a dry run.
    ///
    /// @param models where the output will be
    /// @throws dev.weightsmith.error.FileException if what it adds cannot be written
    default void require(Planned planned, Destination models) throws IOException {}

    /// Adds to what programs are told of a plan or a finished job.
    default void tell(ObjectNode json) {}

    /// Is called when all is written.
    default void finish(Planned planned, Report written) throws IOException {}

    /// Adds to what people are told of a finished job.
    default List<String> lines() {
        return List.of();
    }
}
