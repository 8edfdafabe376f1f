package dev.weightsmith.quantize;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.plan.Plan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        boolean folder = !isGgufName(out);
        var models = new ArrayList<QuantizedModel>();
        var names = new ArrayList<List<String>>();
        var files = new ArrayList<Plan.TensorFile>();
        for (FileType type : types) {
            QuantizedModel model = QuantizedModel.plan(source, type, request);
            String name = folder ? stem + "-" + type + ".gguf" : out.getFileName().toString();
            List<Plan.TensorFile> lane = model.files(name, models.size());
            models.add(model);
            names.add(lane.stream().map(Plan.TensorFile::name).toList());
            files.addAll(lane);
        }
        if (!folder && files.size() > 1) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.OUTPUT_CONFLICT,
                                    out,
                                    "is one file, but " + files.size() + " are to be written")
                            .withHint("give a folder as --out: a name that does not end in .gguf"));
        }
        return new QuantizePlan(
                new Plan(folder, files, List.of()), models, names, findings(models));
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

    private static List<Finding> findings(List<QuantizedModel> models) {
        var findings = new ArrayList<Finding>();
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
