package dev.weightsmith.lora;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.RowPairs;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/// Whether two files hold the same tensors, whatever their containers: names, types, shapes, bytes.
public final class SameTensors {
    /// Wider than a row of any model; what is wider counts as different.
    private static final long LARGEST_ROW = 1 << 26;

    private SameTensors() {}

    /// Stops at the first difference; small tensors, which differ as surely, come first.
    static boolean in(Checkpoint one, Checkpoint other) throws IOException {
        List<TensorInfo> tensors = one.tensors();
        if (tensors.size() != other.tensors().size()
                || !new HashSet<>(tensors).equals(new HashSet<>(other.tensors()))) {
            return false;
        }
        Tensors mine = Tensors.of("one", one);
        Tensors theirs = Tensors.of("other", other);
        Sources sources = mine.sources().and(theirs.sources());
        for (TensorInfo tensor :
                tensors.stream().sorted(Comparator.comparingLong(TensorInfo::bytes)).toList()) {
            Recipe first = Objects.requireNonNull(mine.recipes().get(tensor.name()));
            Recipe second = Objects.requireNonNull(theirs.recipes().get(tensor.name()));
            if (!areSame(first, second, sources)) {
                return false;
            }
        }
        return true;
    }

    /// Whether two tensors have one type, one shape and the same bytes.
    public static boolean areSame(Recipe one, Recipe other, Sources sources) throws IOException {
        long rowBytes = one.dtype().bytes(one.shape().columns());
        return rowBytes <= LARGEST_ROW && RowPairs.areSame(one, other, sources);
    }
}
