package dev.weightsmith.engine.rows;

import dev.weightsmith.kernel.NonFinite;
import dev.weightsmith.plan.Importance;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Every conversion goes through float32.
final class CastRows extends Rows {
    private final Optional<Importance> importance;

    CastRows(Recipe.Cast cast, Rows input) {
        super(cast, List.of(input));
        this.importance = cast.importance();
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) throws IOException {
        if (dtype() == DType.F32) {
            input().floats(first, count, out, making);
            return;
        }
        Optional<MemorySegment> kept = making.kept(input());
        MemorySegment floats =
                kept.isPresent() ? kept.get() : making.scratch().take(input().floatBytes(count));
        if (kept.isEmpty()) {
            input().floats(first, count, floats, making);
        }
        if (dtype().isQuantized()) {
            // Once packed, a NaN or infinity has spoiled its block and cannot be found any more.
            OptionalLong element = NonFinite.firstIn(floats, DType.F32, count * columns());
            if (element.isPresent()) {
                throw new NonFiniteValue(first, columns(), element.getAsLong());
            }
        }
        codec().encode(floats, out, count, columns(), importance.map(all -> copy(all, making)));
    }

    private MemorySegment copy(Importance all, Making making) {
        MemorySegment copy = making.scratch().take(floatBytes(1));
        copy.copyFrom(MemorySegment.ofArray(all.columns()));
        return copy;
    }

    @Override
    long scratchBytes(long count) {
        return Scratch.rounded(input().floatBytes(count))
                + input().floatScratchBytes(count)
                + Scratch.rounded(floatBytes(1));
    }

    @Override
    long step() {
        return input().step();
    }
}
