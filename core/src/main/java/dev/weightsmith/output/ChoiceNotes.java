package dev.weightsmith.output;

import dev.weightsmith.error.Printable;
import dev.weightsmith.pattern.StepBudget;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.TypeChoice;
import dev.weightsmith.quantize.TypeOverride;
import dev.weightsmith.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/// Tells, each thing once, where the types are not those that the user may expect.
final class ChoiceNotes {
    private ChoiceNotes() {}

    /// What tensors that became another type than wanted have in common.
    private record Misfit(TypeChoice choice, long columns) {}

    static List<String> of(
            FileType type,
            List<PlannedTensor> tensors,
            SequencedMap<String, TypeChoice> choices,
            boolean hasImportanceMatrix,
            List<String> unweighted,
            List<TypeOverride> overrides) {
        var misfits = new LinkedHashMap<Misfit, List<String>>();
        boolean blind = false;
        for (PlannedTensor tensor : tensors) {
            TypeChoice choice = Objects.requireNonNull(choices.get(tensor.name()));
            if (choice.dtype() != choice.wanted()) {
                misfits.computeIfAbsent(
                                new Misfit(choice, tensor.recipe().shape().columns()),
                                _ -> new ArrayList<>())
                        .add(tensor.name());
            }
            blind |= type == FileType.Q2_K_S && choice.dtype() == DType.Q2_K;
        }
        var notes = new ArrayList<String>();
        misfits.forEach((misfit, names) -> notes.add(text(misfit, names)));
        if (blind && !hasImportanceMatrix) {
            notes.add(
                    "without an importance matrix this type loses much; llama.cpp refuses it"
                            + " (give --imatrix)");
        }
        if (!unweighted.isEmpty()) {
            notes.add(
                    "the importance matrix has no entry for %s: quantized without"
                            .formatted(count(unweighted)));
        }
        var budget = new StepBudget();
        for (TypeOverride override : overrides) {
            if (tensors.stream().noneMatch(tensor -> override.matches(tensor.name(), budget))) {
                notes.add(Printable.name(override.toString()) + " is found in no tensor's name");
            }
        }
        return notes;
    }

    private static String text(Misfit misfit, List<String> names) {
        TypeChoice choice = misfit.choice();
        return "%s: rows of %d elements are no whole blocks of %s, so %s%s"
                .formatted(
                        count(names),
                        misfit.columns(),
                        choice.wanted(),
                        choice.dtype(),
                        switch (choice.why()) {
                            case KEPT, CHOSEN, FALLBACK -> "";
                            case LAST_RESORT -> " (llama.cpp gives up here)";
                        });
    }

    private static String count(List<String> names) {
        String first = Printable.name(names.getFirst());
        return names.size() == 1
                ? first
                : "%d tensors, the first %s".formatted(names.size(), first);
    }
}
