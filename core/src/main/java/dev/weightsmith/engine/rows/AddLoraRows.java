package dev.weightsmith.engine.rows;

import dev.weightsmith.kernel.Kernels;
import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The two low-rank matrices are held whole, as float32.
final class AddLoraRows extends Rows {
    private final Rows a;
    private final Rows b;
    private final float scale;

    AddLoraRows(Recipe.AddLora lora, Rows input, Rows a, Rows b) {
        super(lora, List.of(input, a, b));
        this.a = a;
        this.b = b;
        this.scale = lora.scale();
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) throws IOException {
        input().make(first, count, out, making);
        int rank = Math.toIntExact(a.shape().rows());
        Kernels.loraFold()
                .fold(
                        out,
                        dtype(),
                        Math.toIntExact(count),
                        columns(),
                        making.held().of(a),
                        making.held().of(b).asSlice(b.bytes(first), b.bytes(count)),
                        rank,
                        scale);
    }

    @Override
    long scratchBytes(long count) {
        return input().scratchBytes(count);
    }

    @Override
    long step() {
        return input().step();
    }

    @Override
    long heldBytes() {
        return Held.bytes(a, a.shape().rows()) + Held.bytes(b, b.shape().rows());
    }

    @Override
    void hold(Held held) throws IOException {
        held.keep(a, a.shape().rows());
        held.keep(b, b.shape().rows());
    }
}
