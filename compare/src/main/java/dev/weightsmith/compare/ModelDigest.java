package dev.weightsmith.compare;

import dev.weightsmith.digest.Digest;
import dev.weightsmith.digest.DigestList;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Workers;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.plan.Tensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/// The digest of a model's values, whatever container, order, sharding and names it has
/// (docs/formats/tensor-digest.md#of-a-model).
///
/// @param tensors by Hugging Face name, in the order of the names' bytes
public record ModelDigest(SortedMap<String, Digest> tensors) {
    private static final Comparator<String> BY_BYTES =
            (a, b) ->
                    Arrays.compareUnsigned(
                            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    public ModelDigest {
        var sorted = new TreeMap<String, Digest>(BY_BYTES);
        sorted.putAll(tensors);
        // An output matrix that is the embedding's is the same as none: some containers store the
        // one matrix twice.
        if (sorted.containsKey(TensorNames.OUTPUT)
                && sorted.get(TensorNames.OUTPUT).equals(sorted.get(TensorNames.EMBEDDING))) {
            sorted.remove(TensorNames.OUTPUT);
        }
        tensors = Collections.unmodifiableSortedMap(sorted);
    }

    /// Digests every tensor. Afterwards the caller has its checkpoints verified: only then is it
    /// known that what was read is what the files hold.
    ///
    /// @param model by Hugging Face name, rotary rows in Hugging Face order
    /// @param threads tensors that are read at once
    public static ModelDigest of(Tensors model, int threads, Progress progress) throws IOException {
        List<Map.Entry<String, TensorValues>> values =
                new ArrayList<>(
                        model.recipes().entrySet().stream()
                                .filter(tensor -> !TensorNames.isDropped(tensor.getKey()))
                                .map(tensor ->
                                        Map.entry(
                                                tensor.getKey(),
                                                TensorValues.of(tensor.getValue())))
                                .toList());
        progress.begin("digesting", values.stream().mapToLong(v -> v.getValue().bytes()).sum());
        try {
            List<Callable<Digest>> tasks =
                    values.stream()
                            .map(entry ->
                                    (Callable<Digest>)
                                            () ->
                                                    entry.getValue()
                                                            .digest(
                                                                    model.sources(),
                                                                    progress::advance))
                            .toList();
            List<Digest> digests = Workers.all(tasks, threads, "tensors");
            var named = new TreeMap<String, Digest>();
            for (int i = 0; i < digests.size(); i++) {
                named.put(values.get(i).getKey(), digests.get(i));
            }
            return new ModelDigest(named);
        } finally {
            progress.end();
        }
    }

    /// The list of the tensors' digests, in the form of a check file.
    public String text() {
        var text = new StringBuilder();
        tensors.forEach((name, digest) -> text.append(DigestList.line(digest, name)).append('\n'));
        return text.toString();
    }

    /// The digest of the whole model: that of [#text].
    public Digest model() {
        var algorithm = Digest.algorithm();
        algorithm.update(text().getBytes(StandardCharsets.UTF_8));
        return Digest.of(algorithm);
    }
}
