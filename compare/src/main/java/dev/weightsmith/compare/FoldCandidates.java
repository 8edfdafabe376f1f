package dev.weightsmith.compare;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.format.Formats;
import dev.weightsmith.lora.LoraAdapter;
import dev.weightsmith.lora.LoraPlanner;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.plan.Tensors;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/// The models that a base and adapters make if they are folded as meant, and if something goes
/// wrong: one missing, one twice, another order, another rounding.
public final class FoldCandidates implements Closeable {
    private record Named(String name, LoraAdapter adapter) {}

    private final LlamaModel base;
    private final List<Named> loras = new ArrayList<>();
    private final SequencedMap<String, Tensors> models = new LinkedHashMap<>();

    /// Opens the base and the adapters, each once.
    ///
    /// @param adapters in the order meant
    public FoldCandidates(Path base, List<Path> adapters) throws IOException {
        this.base = LlamaModel.open(base, "base");
        try {
            for (Path path : adapters) {
                loras.add(
                        new Named(
                                Objects.toString(path.getFileName(), ""),
                                LoraAdapter.open(
                                        path, "adapter-" + (loras.size() + 1), Formats::open)));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// What each would be, by what it is. Nothing but headers is read.
    public SequencedMap<String, Tensors> models() {
        add(loras, false);
        add(List.of(), false);
        if (loras.size() > 1) {
            add(loras, true);
            add(loras.reversed(), false);
        }
        for (int i = 0; i < loras.size(); i++) {
            var without = new ArrayList<>(loras);
            without.remove(i);
            add(without, false);
            addTwice(i);
        }
        return models;
    }

    /// Folds in two steps, because the planner refuses an adapter that is given twice.
    private void addTwice(int index) {
        List<Named> once = loras.subList(0, index + 1);
        List<Named> rest = loras.subList(index, loras.size());
        var all = new ArrayList<>(once);
        all.addAll(rest);
        try {
            models.putIfAbsent(
                    name(all, false), fold(fold(base.readable(), once, false), rest, false));
        } catch (PlanException e) {
            // As below.
        }
    }

    private void add(List<Named> adapters, boolean roundOnce) {
        try {
            models.putIfAbsent(
                    name(adapters, roundOnce), fold(base.readable(), adapters, roundOnce));
        } catch (PlanException e) {
            // Adapters that cannot be folded in this way were not.
        }
    }

    private static Tensors fold(Tensors model, List<Named> adapters, boolean roundOnce) {
        Sources sources = model.sources();
        for (Named lora : adapters) {
            sources = sources.and(lora.adapter().sources());
        }
        return new Tensors(
                LoraPlanner.fold(
                        model.recipes(), adapters.stream().map(Named::adapter).toList(), roundOnce),
                sources);
    }

    private static String name(List<Named> adapters, boolean roundOnce) {
        if (adapters.isEmpty()) {
            return "the base alone";
        }
        return "the base with "
                + String.join(", then ", adapters.stream().map(Named::name).toList())
                + (roundOnce ? ", rounded once" : "");
    }

    @Override
    public void close() throws IOException {
        try (base) {
            for (Named lora : loras) {
                lora.adapter().close();
            }
        }
    }
}
