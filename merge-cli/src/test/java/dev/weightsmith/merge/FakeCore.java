package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.checkpoint.CheckpointWriter;
import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.checkpoint.LayoutSpec;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import dev.weightsmith.error.Finding;
import dev.weightsmith.io.ByteSink;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A library that plans two tensors and a text, and remembers what it was asked.
final class FakeCore implements Core {
    final List<Request> planned = new ArrayList<>();
    int runs;
    int closed;

    /// Bytes that the planned file announces beside its tensors.
    long header = 100;

    @Override
    public Job plan(Request request, JobOptions job, Progress progress) {
        planned.add(request);
        var findings =
                List.of(
                        Finding.note(Path.of("base"), "LLaMA, 2 tensors"),
                        Finding.warning(Path.of("adapter"), "changes nothing", "see why"));
        return new Job(
                plan(),
                request.target().out(),
                Sources.none(),
                findings,
                List.of(),
                () -> closed++);
    }

    private Plan plan() {
        var tensors =
                List.of(
                        tensor("embed", DType.F16, 20, 4),
                        tensor("layers.0.norm", DType.F32, 1, 4));
        var layout = new Layout(header, tensors.stream().map(PlannedTensor::info).toList());
        return new Plan(
                true,
                List.of(new Plan.TensorFile("model.safetensors", 0, layout, tensors)),
                List.of(new Plan.TextFile("config.json", new byte[7])));
    }

    private static PlannedTensor tensor(String name, DType type, long rows, long columns) {
        var zeros =
                new Recipe.Constant(
                        Shape.of(rows, columns), Collections.nCopies((int) (rows * columns), 0f));
        return new PlannedTensor(name, zeros.as(type));
    }

    @Override
    public long memory(Job job, JobOptions options) {
        return 64_000_000;
    }

    @Override
    public Report run(Job job, JobOptions options, Progress progress) {
        runs++;
        return new Report(
                Path.of("out"),
                List.of(
                        new Report.Written("model.safetensors", 276, "ab".repeat(32)),
                        new Report.Written("config.json", 7, "cd".repeat(32))),
                Duration.ofMillis(500));
    }

    @Override
    public Inspection inspect(Path path) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.putObject("config").put("vocab_size", 20).put("name", "\u001b[31mred");
        var pieces = details.putObject("vocabulary").putArray("pieces");
        for (int i = 0; i < 20; i++) {
            pieces.add("p" + i);
        }
        return new Inspection(
                "Hugging Face folder of a LLaMA model",
                List.of("a note"),
                details,
                List.of(
                        new TensorInfo("embed", DType.F16, Shape.of(20, 4)),
                        new TensorInfo("layers.0.norm", DType.F32, Shape.of(4))));
    }

    private record Layout(long header, List<TensorInfo> tensors) implements FileLayout {
        @Override
        public long size() {
            return header + tensors.stream().mapToLong(TensorInfo::bytes).sum();
        }

        @Override
        public long offset(int index) {
            return header + tensors.stream().limit(index).mapToLong(TensorInfo::bytes).sum();
        }

        @Override
        public LayoutSpec spec() {
            throw new AssertionError("nothing is to be stored");
        }

        @Override
        public CheckpointWriter writer(ByteSink file) {
            throw new AssertionError("nothing is to be written");
        }
    }
}
