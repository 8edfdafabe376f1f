import dev.weightsmith.api.Form;
import dev.weightsmith.api.OpenModel;
import dev.weightsmith.api.PlannedJob;
import dev.weightsmith.api.Rows;
import dev.weightsmith.api.Weightsmith;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Folds the two sample adapters into the sample base, quantizes the result in the same pass, and
/// looks into it.
///
///     java -cp weightsmith.jar samples/library/MergeForLlamaCpp.java samples alpaca.gguf
final class MergeForLlamaCpp {
    private MergeForLlamaCpp() {}

    public static void main(String[] arguments) throws IOException {
        Path samples = Path.of(arguments[0]);
        Path target = Path.of(arguments[1]);
        List<Path> adapters =
                List.of(
                        samples.resolve("chinese-llama-plus"),
                        samples.resolve("chinese-alpaca-plus"));
        try (PlannedJob job =
                Weightsmith.merge(samples.resolve("base"), adapters)
                        .as(Form.GGUF)
                        .types("Q8_0")
                        .to(target)) {
            PlannedJob.Result result = job.run();
            result.findings().forEach(finding -> System.err.println(finding.problem()));
            result.files().forEach(file -> System.out.println(file.sha256() + "  " + file.name()));
        }
        try (OpenModel model = Weightsmith.open(target);
                Rows embedding = model.rows("model.embed_tokens.weight")) {
            System.out.printf(
                    "%s: %d tokens, the first value is %s%n",
                    model.family(), embedding.count(), embedding.row(0)[0]);
        }
    }
}
