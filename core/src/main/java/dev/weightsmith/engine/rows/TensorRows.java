package dev.weightsmith.engine.rows;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rows of one tensor in the forms of several files, made together: what two of them are made
/// of is made once.
public final class TensorRows {
    private final List<Rows> forms;
    private final List<Rows> shared;
    private final List<Rows> all;

    private TensorRows(List<Rows> forms) {
        this.forms = forms;
        this.shared = shared(forms);
        this.all = all(forms);
    }

    /// @param recipes of as many rows each
    public static TensorRows of(List<Recipe> recipes) {
        return new TensorRows(Rows.of(recipes));
    }

    /// What several convert, or what one converts and another is. What is stored as it is needed is
    /// only copied.
    private static List<Rows> shared(List<Rows> forms) {
        Set<Rows> seen = new HashSet<>();
        var shared = new ArrayList<Rows>();
        for (Rows form : forms) {
            boolean converts = form instanceof CastRows;
            Rows made = converts ? form.input() : form;
            if ((converts || made.isWorthSharing()) && !seen.add(made) && !shared.contains(made)) {
                shared.add(made);
            }
        }
        return shared;
    }

    /// These and everything that they are made of, inputs first.
    private static List<Rows> all(List<Rows> forms) {
        Set<Rows> found = new HashSet<>();
        var all = new ArrayList<Rows>();
        forms.forEach(form -> add(form, found, all));
        return all;
    }

    private static void add(Rows rows, Set<Rows> found, List<Rows> all) {
        if (found.add(rows)) {
            rows.inputs().forEach(input -> add(input, found, all));
            all.add(rows);
        }
    }

    /// How many rows there are, in every form.
    public long rows() {
        return forms.getFirst().shape().rows();
    }

    public long columns() {
        return forms.getFirst().shape().columns();
    }

    /// Bytes of `count` rows of form `index`.
    public long bytes(int index, long count) {
        return forms.get(index).bytes(count);
    }

    /// Bytes of `count` rows of all forms, each rounded up as [Scratch#rounded].
    public long bytes(long count) {
        return forms.stream().mapToLong(form -> Scratch.rounded(form.bytes(count))).sum();
    }

    /// How many rows belong together for reading no row twice.
    public long step() {
        return forms.stream().mapToLong(Rows::step).max().orElse(1);
    }

    /// The scratch memory that [Range#make] of `count` rows takes, at most.
    public long scratchBytes(long count) {
        long together =
                shared.stream()
                        .mapToLong(rows ->
                                Scratch.rounded(rows.floatBytes(count))
                                        + rows.floatScratchBytes(count))
                        .sum();
        return together
                + forms.stream().mapToLong(form -> form.scratchBytes(count)).max().orElse(0);
    }

    /// The memory that [#hold] takes, at most.
    public long heldBytes() {
        return all.stream().mapToLong(Rows::heldBytes).sum();
    }

    /// Makes what every range needs whole. The caller closes it.
    public Held hold(Sources sources) throws IOException {
        var held = new Held(sources);
        try {
            for (Rows rows : all) {
                rows.hold(held);
            }
            return held;
        } catch (IOException | RuntimeException | Error e) {
            held.close();
            throw e;
        }
    }

    /// Rows `first` to `first + count`, to be made in one thread.
    ///
    /// @param scratch of at least [#scratchBytes]
    public Range range(long first, long count, Sources sources, Scratch scratch, Held held)
            throws IOException {
        scratch.release(0);
        var making = new Making(sources, scratch, held);
        for (Rows rows : shared) {
            making.share(rows, first, count);
        }
        return (form, out) -> forms.get(form).make(first, count, out, making);
    }

    /// A range of rows of which every form can be had.
    @FunctionalInterface
    public interface Range {
        /// @param form the place of its recipe
        /// @param out exactly the rows' bytes
        void make(int form, MemorySegment out) throws IOException;
    }
}
