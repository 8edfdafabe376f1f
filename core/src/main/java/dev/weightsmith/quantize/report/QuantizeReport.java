package dev.weightsmith.quantize.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.Comparison;
import dev.weightsmith.engine.Deviation;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.quantize.QuantizedModel;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What quantizing a model has cost and gained: sizes, and errors measured on what was written.
///
/// @param model the name of what was quantized
public record QuantizeReport(String model, List<FileFigures> files) {
    private static final int WORST = 6;
    private static final int BINS = 61;

    public QuantizeReport {
        files = List.copyOf(files);
    }

    /// A model that was written as planned.
    ///
    /// @param file what was written, open
    /// @param bytes of all its files
    public record Written(String name, long bytes, QuantizedModel planned, GgufFile file) {}

    /// Reads what was written and what it was made of, and compares.
    ///
    /// @param sources of what it was made of
    public static QuantizeReport measure(
            String model, List<Written> written, Sources sources, int threads, Progress progress)
            throws IOException {
        var files = new ArrayList<FileFigures>();
        for (Written file : written) {
            files.add(measure(file, sources, threads, progress));
        }
        return new QuantizeReport(model, files);
    }

    private static FileFigures measure(
            Written written, Sources made, int threads, Progress progress) throws IOException {
        Tensors stored = Tensors.of("written", written.file());
        Sources sources = made.and(stored.sources());
        var changed = new LinkedHashMap<String, Comparison>();
        for (PlannedTensor input : written.planned().inputs()) {
            TensorInfo found = written.file().find(input.name()).orElseThrow();
            if (found.dtype() != input.recipe().dtype()) {
                changed.put(
                        input.name(),
                        new Comparison(
                                input.recipe(),
                                Objects.requireNonNull(stored.recipes().get(input.name()))));
            }
        }
        Iterator<Deviation> measured =
                Comparison.deviations(List.copyOf(changed.values()), sources, threads, progress)
                        .iterator();
        var tensors = new ArrayList<TensorFigures>();
        for (PlannedTensor input : written.planned().inputs()) {
            tensors.add(
                    new TensorFigures(
                            written.file().find(input.name()).orElseThrow(),
                            input.recipe().dtype(),
                            changed.containsKey(input.name())
                                    ? Optional.of(measured.next())
                                    : Optional.empty()));
        }
        var worst = new ArrayList<ErrorHistogram>();
        for (TensorFigures tensor : FileFigures.worstOf(tensors, WORST)) {
            double limit = tensor.deviation().orElseThrow().largest();
            long[] counts =
                    Objects.requireNonNull(changed.get(tensor.name()))
                            .histogram(limit, BINS, sources);
            worst.add(
                    new ErrorHistogram(
                            tensor.name(), limit, Arrays.stream(counts).boxed().toList()));
        }
        return new FileFigures(
                written.name(), written.planned().type(), written.bytes(), tensors, worst);
    }

    /// For programs.
    public ObjectNode json() {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("model", model);
        ArrayNode all = report.putArray("files");
        for (FileFigures file : files) {
            ObjectNode node = all.addObject();
            node.put("name", file.name());
            node.put("type", file.type().name());
            node.put("bytes", file.bytes());
            node.put("tensorBytes", file.size().bytes());
            node.put("bitsPerWeight", file.size().bitsPerWeight());
            node.put("rmse", file.deviation().rmse());
            node.put("largestError", file.deviation().largest());
            node.put("relativeError", file.relativeError());
            ArrayNode tensors = node.putArray("tensors");
            file.tensors().forEach(tensor -> put(tensors.addObject(), tensor));
            ArrayNode worst = node.putArray("worst");
            file.worst().forEach(histogram -> put(worst.addObject(), histogram));
        }
        return report;
    }

    private static void put(ObjectNode node, TensorFigures tensor) {
        node.put("name", tensor.name());
        node.put("from", tensor.from().toString());
        node.put("type", tensor.written().dtype().toString());
        ArrayNode shape = node.putArray("shape");
        tensor.written().shape().stream().forEach(shape::add);
        node.put("bytes", tensor.written().bytes());
        node.put("bitsPerWeight", tensor.bitsPerWeight());
        tensor.deviation().ifPresent(deviation -> put(node, deviation));
    }

    private static void put(ObjectNode node, Deviation deviation) {
        node.put("rmse", deviation.rmse());
        node.put("largestError", deviation.largest());
        node.put("relativeError", deviation.relative());
    }

    private static void put(ObjectNode node, ErrorHistogram histogram) {
        node.put("name", histogram.tensor());
        node.put("limit", histogram.limit());
        ArrayNode counts = node.putArray("counts");
        histogram.counts().forEach(counts::add);
    }
}
