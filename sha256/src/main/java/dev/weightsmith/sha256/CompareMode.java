package dev.weightsmith.sha256;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.compare.Difference;
import dev.weightsmith.compare.FoldCandidates;
import dev.weightsmith.compare.LikelyReasons;
import dev.weightsmith.compare.ModelComparison;
import dev.weightsmith.compare.TensorComparison;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.plan.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/// `weightsmith sha256 --compare MODEL MODEL`: what differs, how much, and likely why.
record CompareMode(Report report, int threads, Progress progress) {

    void run(Path first, Path second, Optional<Path> base, List<Path> loras) throws IOException {
        try (LlamaModel a = LlamaModel.open(first, "first");
                LlamaModel b = LlamaModel.open(second, "second")) {
            var comparison = ModelComparison.of(a.readable(), b.readable(), threads, progress);
            a.verify();
            b.verify();
            List<String> reasons;
            if (base.isPresent()) {
                try (var candidates = new FoldCandidates(base.get(), loras)) {
                    reasons = reasons(comparison, a, b, candidates.models());
                }
            } else {
                reasons = reasons(comparison, a, b, new LinkedHashMap<>());
            }
            tell(comparison, first, second, reasons);
        }
    }

    private static List<String> reasons(
            ModelComparison comparison,
            LlamaModel a,
            LlamaModel b,
            SequencedMap<String, Tensors> candidates)
            throws IOException {
        return LikelyReasons.of(
                comparison,
                a.readable(),
                b.readable(),
                name -> TensorNames.rotaryHeads(name, a.config()),
                candidates);
    }

    private void tell(ModelComparison comparison, Path first, Path second, List<String> reasons) {
        ArrayNode array = report.json().putArray("tensors");
        comparison.tensors().forEach(tensor -> tell(tensor, array));
        ArrayNode likely = report.json().putArray("reasons");
        for (String reason : reasons) {
            report.line("likely: " + Printable.text(reason));
            likely.add(reason);
        }
        int all = comparison.tensors().size();
        report.json().put("equal", comparison.isEqual());
        if (comparison.isEqual()) {
            report.good("equal: all values of " + all + " tensors");
            return;
        }
        long equal =
                comparison.tensors().stream()
                        .filter(TensorComparison.Equal.class::isInstance)
                        .count();
        report.fail(
                Problem.of(
                        ErrorKind.CHECK_FAILED,
                        second,
                        (all - equal)
                                + " of "
                                + all
                                + " tensors differ from those of "
                                + Printable.text(first.toString())));
    }

    private void tell(TensorComparison tensor, ArrayNode array) {
        String name = Printable.text(tensor.name()) + ": ";
        switch (tensor) {
            case TensorComparison.Equal _ -> {}
            case TensorComparison.OnlyInOne only -> {
                String where = only.first() ? "first" : "second";
                report.line(name + "only in the " + where + " model");
                add(array, tensor).put("only_in", where);
            }
            case TensorComparison.OtherShape other -> {
                report.line(name + "shapes " + other.a() + " and " + other.b());
                add(array, tensor).put("a", other.a().toString()).put("b", other.b().toString());
            }
            case TensorComparison.OtherBytes other -> {
                report.line(name + "other bytes, of " + other.a() + " and " + other.b());
                add(array, tensor).put("a", other.a().toString()).put("b", other.b().toString());
            }
            case TensorComparison.Different different -> {
                Difference difference = different.difference();
                report.line(name + text(difference));
                ObjectNode object =
                        add(array, tensor)
                                .put("elements", difference.elements())
                                .put("differing", difference.differing())
                                .put("within_2_ulp", difference.close());
                json(object.putObject("first"), difference.first());
                json(object.putObject("largest"), difference.largest());
            }
        }
    }

    private static String text(Difference difference) {
        return difference.differing()
                + " of "
                + difference.elements()
                + " elements differ, by at most "
                + number(difference.largest().distance())
                + " at "
                + text(difference.largest())
                + " ("
                + difference.close()
                + " within 2 ulp), first at "
                + text(difference.first());
    }

    private static String text(Difference.Element element) {
        return "["
                + element.row()
                + ", "
                + element.column()
                + "]: "
                + number(element.a())
                + " and "
                + number(element.b());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.7g", value);
    }

    private static ObjectNode add(ArrayNode array, TensorComparison tensor) {
        return array.addObject().put("name", tensor.name());
    }

    private static void json(ObjectNode object, Difference.Element element) {
        object.put("row", element.row())
                .put("column", element.column())
                .put("a", element.a())
                .put("b", element.b());
    }
}
