package dev.weightsmith.output;

import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.architecture.Role;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufSplit;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.plan.Importance;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.quantize.Encodable;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.QuantizationPolicy;
import dev.weightsmith.quantize.QuantizedSize;
import dev.weightsmith.quantize.TypeChoice;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/// A model in one file type, planned: every tensor with its type and how it is made.
///
/// @param inputs the tensors before quantizing, in the order of the output
/// @param parts the tensors of each output file
/// @param notes what the user should know, such as types that did not fit
public record QuantizedModel(
        FileType type,
        List<PlannedTensor> inputs,
        List<List<PlannedTensor>> parts,
        SequencedMap<String, TypeChoice> choices,
        SequencedMap<String, GgufValue> metadata,
        List<String> notes) {
    private static final Comparator<PlannedTensor> ORDER =
            Comparator.comparing(PlannedTensor::name, Architecture.ggufOrder());

    /// Chooses types and plans how the tensors are made.
    ///
    /// @throws PlanException if the importance matrix is another model's, or a tensor may not or
    ///   cannot be quantized
    public static QuantizedModel plan(
            QuantizeSource source, FileType type, QuantizeRequest request) {
        boolean keepsParts = request.split() instanceof SplitRule.Keep;
        List<PlannedTensor> inputs =
                keepsParts
                        ? source.parts().stream().flatMap(List::stream).toList()
                        : source.parts().stream().flatMap(List::stream).sorted(ORDER).toList();
        SequencedMap<String, TypeChoice> choices =
                QuantizationPolicy.choose(
                        type,
                        request.options(),
                        source.facts(),
                        inputs.stream().map(PlannedTensor::info).toList(),
                        request.importance().isPresent());
        var outputs = new ArrayList<PlannedTensor>();
        var unweighted = new ArrayList<String>();
        for (PlannedTensor input : inputs) {
            outputs.add(
                    quantized(
                            source.path(),
                            input,
                            Objects.requireNonNull(choices.get(input.name())),
                            request,
                            unweighted));
        }
        return new QuantizedModel(
                type,
                inputs,
                grouped(regrouped(outputs, source.parts()), request.split()),
                choices,
                QuantizedMetadata.of(source, type, request.importance(), request.overrides()),
                ChoiceNotes.of(
                        type,
                        inputs,
                        choices,
                        request.importance().isPresent(),
                        unweighted,
                        request.options().overrides()));
    }

    /// The files, all of one lane.
    ///
    /// @param name of the undivided file
    public List<Plan.TensorFile> files(String name, int lane) {
        return files(name, lane, metadata, parts);
    }

    /// @param parts the tensors of each file
    static List<Plan.TensorFile> files(
            String name,
            int lane,
            SequencedMap<String, GgufValue> metadata,
            List<List<PlannedTensor>> parts) {
        List<List<TensorInfo>> groups =
                parts.stream()
                        .map(part -> part.stream().map(PlannedTensor::info).toList())
                        .toList();
        List<GgufSplit.Part> layouts = GgufSplit.plan(name, metadata, groups);
        var files = new ArrayList<Plan.TensorFile>();
        for (int i = 0; i < layouts.size(); i++) {
            files.add(
                    new Plan.TensorFile(
                            layouts.get(i).name(), lane, layouts.get(i).layout(), parts.get(i)));
        }
        return files;
    }

    /// The tensors as written, all files together.
    public List<PlannedTensor> outputs() {
        return parts.stream().flatMap(Collection::stream).toList();
    }

    public QuantizedSize size() {
        return QuantizedSize.of(outputs().stream().map(PlannedTensor::info).toList());
    }

    private static PlannedTensor quantized(
            Path path,
            PlannedTensor input,
            TypeChoice choice,
            QuantizeRequest request,
            List<String> unweighted) {
        TensorInfo tensor = input.info();
        if (tensor.dtype() == choice.dtype()) {
            return input;
        }
        requireReadable(path, input, choice, request.allowRequantize());
        if (!Encodable.contains(choice.dtype())) {
            throw new PlanException(refusal(path, input, "cannot be made " + choice.dtype()));
        }
        Optional<Importance> importance = Optional.empty();
        if (choice.dtype().isQuantized() && request.importance().isPresent()) {
            importance = request.importance().get().of(tensor);
            if (importance.isEmpty() && isMeasured(tensor.name())) {
                unweighted.add(tensor.name());
            }
        }
        return new PlannedTensor(
                input.name(), new Recipe.Cast(input.recipe(), choice.dtype(), importance));
    }

    /// Importance matrices are measured without the two outermost matrices.
    private static boolean isMeasured(String name) {
        Role role = Role.of(name);
        return role != Role.EMBEDDING && role != Role.OUTPUT;
    }

    private static void requireReadable(
            Path path, PlannedTensor tensor, TypeChoice choice, boolean allowRequantize) {
        DType dtype = tensor.recipe().dtype();
        if (dtype.isPlainFloat()) {
            return;
        }
        if (!Encodable.contains(dtype)) {
            throw new PlanException(
                    refusal(path, tensor, "%s cannot be made %s".formatted(dtype, choice.dtype())));
        }
        // No error adds up where nothing is rounded to blocks.
        if (choice.dtype().isQuantized() && !allowRequantize) {
            throw new PlanException(
                    refusal(
                                    path,
                                    tensor,
                                    "is %s already, expected F32, F16 or BF16".formatted(dtype))
                            .withHint(
                                    "quantize the original model, or give --allow-requantize: errors add up"));
        }
    }

    private static Problem refusal(Path path, PlannedTensor tensor, String why) {
        return Problem.of(
                ErrorKind.UNSUPPORTED,
                path,
                "tensor %s: %s".formatted(Printable.name(tensor.name()), why));
    }

    /// Tensors in files as they are to be.
    ///
    /// @param parts in files as they are, or all in their order
    static List<List<PlannedTensor>> grouped(List<List<PlannedTensor>> parts, SplitRule split) {
        return switch (split) {
            case SplitRule.Keep _ -> parts;
            case SplitRule.Limits limits ->
                    divided(parts.stream().flatMap(List::stream).toList(), limits);
        };
    }

    private static List<List<PlannedTensor>> divided(
            List<PlannedTensor> tensors, SplitRule.Limits limits) {
        return regrouped(
                tensors,
                GgufSplit.divide(
                        tensors.stream().map(PlannedTensor::info).toList(),
                        limits.maxBytes(),
                        limits.maxTensors()));
    }

    /// `tensors` in groups of the same sizes.
    private static List<List<PlannedTensor>> regrouped(
            List<PlannedTensor> tensors, List<? extends List<?>> groups) {
        var parts = new ArrayList<List<PlannedTensor>>();
        int from = 0;
        for (List<?> group : groups) {
            parts.add(tensors.subList(from, from + group.size()));
            from += group.size();
        }
        return parts;
    }
}
