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
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class QuantizeReportTest {
    private static final String HOSTILE = "</td><script>alert('x')</script>&\u202e\u0007";

    @TempDir private Path folder;

    @Test
    void theReportOfAModelHoldsEveryTensor() throws Exception {
        try (var model = GgufFile.open(SharedData.path("tiny/gguf/tiny-base-f16.gguf"))) {
            var report = measured(model, FileType.Q4_K_M, 2);
            var cells = parsed(HtmlReport.of(report)).getElementsByTagName("td");
            assertThat(texts(cells))
                    .containsAll(model.tensors().stream().map(TensorInfo::name).toList());
        }
    }

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
    void namesFromFilesStayText() throws Exception {
        Document page = parsed(HtmlReport.of(report(HOSTILE)));
        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(texts(page.getElementsByTagName("td")))
                .contains("</td><script>alert('x')</script>&\\u{202e}\\u{7}");
    }

    @Test
    void thePageNeedsNothingFromElsewhere() {
        assertThat(HtmlReport.of(report("blk.0.attn_q.weight")))
                .doesNotContainPattern("(src|href)=|url\\(|@import");
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

    private static Document parsed(String page) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }

    private static List<String> texts(NodeList nodes) {
        return java.util.stream.IntStream.range(0, nodes.getLength())
                .mapToObj(i -> nodes.item(i).getTextContent())
                .toList();
    }
}
