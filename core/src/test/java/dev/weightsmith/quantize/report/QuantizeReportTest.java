package dev.weightsmith.quantize.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weightsmith.SharedData;
import dev.weightsmith.engine.Deviation;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.QuantizeRequest;
import dev.weightsmith.quantize.QuantizeSource;
import dev.weightsmith.quantize.QuantizedModel;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizeReportTest {
    @TempDir private Path folder;

    @Test
    void errorsAreMeasuredOnWhatWasWritten() throws Exception {
        try (var model = GgufFile.open(SharedData.path("tiny/gguf/tiny-base-f16.gguf"))) {
            var eight = measured(model, FileType.Q8_0, 1).files().getFirst();
            // Eight bits leave half a step of 1/127 of a block's largest value: below one percent.
            assertThat(eight.relativeError()).isBetween(0.001, 0.01);
        }
    }

    @Test
    void copiedTensorsHaveNoError() throws Exception {
        try (var model = GgufFile.open(SharedData.path("tiny/gguf/tiny-base-f16.gguf"))) {
            var same = measured(model, FileType.F16, 1).files().getFirst();
            assertThat(same.tensors()).allMatch(tensor -> tensor.deviation().isEmpty());
        }
    }

    @Test
    void histogramsCountEveryValueOfTheWorstTensors() throws Exception {
        try (var model = GgufFile.open(SharedData.path("tiny/gguf/tiny-base-f16.gguf"))) {
            var worst = measured(model, FileType.Q4_K_M, 2).files().getFirst().worst().getFirst();
            long values = model.find(worst.tensor()).orElseThrow().shape().elements();
            assertThat(worst.counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(values);
        }
    }

    @Test
    void programsGetTheSameFigures() {
        var tensor = report("a.weight").json().at("/files/0/tensors/0");
        assertThat(tensor.get("rmse").doubleValue()).isCloseTo(0.5, within(1e-12));
        assertThat(tensor.get("relativeError").doubleValue()).isCloseTo(0.25, within(1e-12));
        assertThat(tensor.get("largestError").doubleValue()).isEqualTo(0.75);
    }

    /// 64 values whose squares sum to 256, with errors whose squares sum to 16.
    private static QuantizeReport report(String name) {
        var tensor =
                new TensorFigures(
                        new TensorInfo(name, DType.Q8_0, Shape.of(2, 32)),
                        DType.F16,
                        Optional.of(new Deviation(64, 256, 16, 0.75)));
        var histogram = new ErrorHistogram(name, 0.75, List.of(1L, 62L, 1L));
        return new QuantizeReport(
                name,
                List.of(
                        new FileFigures(
                                name, FileType.Q8_0, 68, List.of(tensor), List.of(histogram)),
                        new FileFigures(name, FileType.F16, 128, List.of(), List.of())));
    }

    private QuantizeReport measured(GgufFile model, FileType type, int threads) throws IOException {
        var source = QuantizeSource.of(model);
        var planned = QuantizedModel.plan(source, type, QuantizeRequest.plain());
        Path target = folder.resolve("out.gguf");
        var plan = new Plan(false, planned.files("out.gguf", 0), List.of());
        var written = Runs.run(plan, target, source.sources());
        try (var file = GgufFile.open(target)) {
            return QuantizeReport.measure(
                    "tiny",
                    List.of(new QuantizeReport.Written("out.gguf", written.bytes(), planned, file)),
                    source.sources(),
                    threads,
                    Progress.NONE);
        }
    }
}
