package dev.weightsmith.plan;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.SingleFile;
import dev.weightsmith.checkpoint.Source;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Named recipes, and the open files that they read.
public record Tensors(SequencedMap<String, Recipe> recipes, Sources sources) {
    public Tensors {
        recipes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(recipes));
    }

    /// The tensors of a checkpoint as they are stored, in file order.
    ///
    /// @param role that its files have in the job: see [Sources#of]
    public static Tensors of(String role, Checkpoint checkpoint) throws IOException {
        Sources sources = Sources.of(role, checkpoint);
        var loads = new LinkedHashMap<String, Recipe>();
        for (Source source : sources.all()) {
            loads.putAll(loads(source, sources.file(source)));
        }
        return new Tensors(loads, sources);
    }

    /// The tensors of one of several files, as they are stored.
    public static SequencedMap<String, Recipe> loads(Source source, SingleFile file) {
        var loads = new LinkedHashMap<String, Recipe>();
        for (TensorInfo tensor : file.tensors()) {
            loads.put(tensor.name(), new Recipe.Load(source, tensor));
        }
        return loads;
    }
}
