package dev.weightsmith.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.engine.DiskSpace;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.Printable;
import dev.weightsmith.io.Displaced;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.quantize.QuantizedSize;
import dev.weightsmith.tensor.TensorInfo;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// What `--dry-run` prints: every file and tensor that would be written, and what that takes.
///
/// @param target the file or folder
/// @param displaced files that would give way
/// @param memory bytes that the job would take
/// @param allowed bytes that it may take
public record PlanReport(
        Plan plan,
        Path target,
        List<Finding> findings,
        Displaced displaced,
        DiskSpace disk,
        long memory,
        long allowed) {

    /// For people.
    public void print(PrintWriter out) {
        for (Plan.TensorFile file : plan.tensorFiles()) {
            List<TensorInfo> tensors = file.layout().tensors();
            out.println(
                    Printable.text(file.name())
                            + ": "
                            + tensors.size()
                            + " tensors, "
                            + file.layout().size()
                            + " bytes, "
                            + QuantizedSize.of(tensors).bitsPerWeightText()
                            + " bits per weight");
            var table = new Table("offset", "bytes", "bits", "type", "shape", "name");
            for (int i = 0; i < tensors.size(); i++) {
                TensorInfo tensor = tensors.get(i);
                table.add(
                        Long.toString(file.layout().offset(i)),
                        Long.toString(tensor.bytes()),
                        QuantizedSize.of(List.of(tensor)).bitsPerWeightText(),
                        tensor.dtype().toString(),
                        tensor.shape().toString(),
                        Printable.text(tensor.name()));
            }
            table.print(out, "  ");
        }
        for (Plan.TextFile file : plan.textFiles()) {
            out.println(Printable.text(file.name()) + ": " + file.bytes().length + " bytes");
        }
        out.println();
        var totals = new Table();
        totals.add(
                "output",
                files(plan.tensorFiles().size() + plan.textFiles().size())
                        + ", "
                        + new ByteSize(plan.bytes())
                        + ": "
                        + Printable.text(target.toString()));
        add(totals, "replaces", displaced.replaced());
        add(totals, "removes", displaced.removed());
        totals.add(
                "disk",
                "needs "
                        + new ByteSize(disk.needed())
                        + ", "
                        + new ByteSize(disk.free())
                        + " free"
                        + (disk.suffices() ? "" : ": too small"));
        totals.add(
                "memory",
                "needs at most "
                        + new ByteSize(memory)
                        + ", "
                        + new ByteSize(allowed)
                        + " allowed");
        totals.print(out, "");
    }

    private static void add(Table totals, String what, List<String> names) {
        if (!names.isEmpty()) {
            totals.add(
                    what,
                    files(names.size())
                            + ": "
                            + names.stream()
                                    .map(Printable::text)
                                    .collect(Collectors.joining(", ")));
        }
    }

    private static String files(int count) {
        return count == 1 ? "1 file" : count + " files";
    }

    /// For programs.
    public ObjectNode json() {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("target", target.toString());
        report.put("bytes", plan.bytes());
        var files = report.putArray("files");
        for (Plan.TensorFile file : plan.tensorFiles()) {
            ObjectNode entry = files.addObject();
            entry.put("name", file.name());
            entry.put("bytes", file.layout().size());
            entry.put("bitsPerWeight", QuantizedSize.of(file.layout().tensors()).bitsPerWeight());
            var tensors = entry.putArray("tensors");
            for (int i = 0; i < file.layout().tensors().size(); i++) {
                TensorInfo tensor = file.layout().tensors().get(i);
                tensors.add(TensorJson.of(tensor).put("offset", file.layout().offset(i)));
            }
        }
        for (Plan.TextFile file : plan.textFiles()) {
            files.addObject().put("name", file.name()).put("bytes", file.bytes().length);
        }
        var replaces = report.putArray("replaces");
        displaced.replaced().forEach(replaces::add);
        var removes = report.putArray("removes");
        displaced.removed().forEach(removes::add);
        report.putObject("disk").put("needed", disk.needed()).put("free", disk.free());
        report.putObject("memory").put("needed", memory).put("allowed", allowed);
        report.set("findings", FindingsJson.of(findings));
        return report;
    }
}
