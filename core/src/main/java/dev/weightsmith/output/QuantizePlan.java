package dev.weightsmith.output;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.ImportanceMatrix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A model in one or several file types, written from one reading.
///
/// @param models in the order of the lanes of `plan`
/// @param names of the files of each model, in the same order
/// @param findings what the user should know
public record QuantizePlan(
        Plan plan, List<QuantizedModel> models, List<List<String>> names, List<Finding> findings) {
    private static final Pattern OF_THE_WHOLE =
            Pattern.compile(
                    "(-\\d{5}-of-\\d{5})?\\.gguf$|(?<=.)[-._](f32|f16|bf16)(?=\\.gguf$|-\\d{5}-of|$)",
                    Pattern.CASE_INSENSITIVE);

    public QuantizePlan {
        models = List.copyOf(models);
        names = names.stream().map(List::copyOf).toList();
        findings = List.copyOf(findings);
    }

    /// Plans all types.
    ///
    /// @param stem of the file names in a folder
    /// @param out a file for one type, where it ends in `.gguf`; else a folder of `STEM-TYPE.gguf`
    /// @throws PlanException as [QuantizedModel#plan], or if several files would have to be one
    public static QuantizePlan of(
            QuantizeSource source,
            String stem,
            Path out,
            List<FileType> types,
            QuantizeRequest request) {
        var models = new ArrayList<QuantizedModel>();
        var names = new ArrayList<List<String>>();
        var files = new ArrayList<Plan.TensorFile>();
        for (FileType type : types) {
            QuantizedModel model = QuantizedModel.plan(source, type, request);
            String name = fileName(out, stem + "-" + type);
            List<Plan.TensorFile> lane = model.files(name, models.size());
            models.add(model);
            names.add(lane.stream().map(Plan.TensorFile::name).toList());
            files.addAll(lane);
        }
        return new QuantizePlan(plan(out, files), models, names, findings(source, request, models));
    }

    /// @param inFolder the name, without ending, that a file gets where `out` is a folder
    static String fileName(Path out, String inFolder) {
        return isGgufName(out) ? String.valueOf(out.getFileName()) : inFolder + ".gguf";
    }

    static Plan plan(Path out, List<Plan.TensorFile> files) {
        if (isGgufName(out) && files.size() > 1) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.OUTPUT_CONFLICT,
                                    out,
                                    "is one file, but %d are to be written".formatted(files.size()))
                            .withHint("give a folder as --out: a name that does not end in .gguf"));
        }
        return new Plan(!isGgufName(out), files, List.of());
    }

    /// An importance matrix of another model, as far as names and widths tell.
    private static Optional<Finding> misfit(QuantizeSource source, ImportanceMatrix matrix) {
        List<String> strangers =
                matrix.strangers(
                        source.parts().stream()
                                .flatMap(List::stream)
                                .map(PlannedTensor::info)
                                .toList());
        if (strangers.isEmpty()) {
            return Optional.empty();
        }
        int entries = matrix.entries().size();
        return Optional.of(
                Finding.warning(
                        matrix.file(),
                        "%d of its %d entries fit this model; the others do not, the first %s"
                                .formatted(
                                        entries - strangers.size(),
                                        entries,
                                        Printable.name(strangers.getFirst())),
                        "the importance matrix was made for another model: measure one on this"));
    }

    /// How files made of the model at `path` begin: its name without ending, part number and 16-bit
    /// type.
    public static String stem(Path path) {
        Path name = path.toAbsolutePath().normalize().getFileName();
        String stem = name == null ? "" : OF_THE_WHOLE.matcher(name.toString()).replaceAll("");
        return stem.isEmpty() ? "model" : stem;
    }

    /// Whether a path means a file rather than a folder.
    public static boolean isGgufName(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".gguf");
    }

    private static List<Finding> findings(
            QuantizeSource source, QuantizeRequest request, List<QuantizedModel> models) {
        var findings = new ArrayList<Finding>();
        request.importance().flatMap(matrix -> misfit(source, matrix)).ifPresent(findings::add);
        for (QuantizedModel model : models) {
            for (String note : model.notes()) {
                findings.add(
                        new Finding(
                                Finding.Severity.WARNING,
                                Problem.of(
                                        ErrorKind.UNSUPPORTED,
                                        models.size() > 1 ? model.type() + ": " + note : note)));
            }
        }
        return findings;
    }
}
