package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.ByteSize;
import dev.weightsmith.cli.Table;
import dev.weightsmith.cli.TensorJson;
import dev.weightsmith.error.Printable;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What `inspect` prints.
///
/// @param shown those of the tensors that were asked for
record InspectionReport(Path path, Inspection inspection, List<TensorInfo> shown) {
    /// Of longer lists, as vocabularies are, people see the beginning and the length.
    private static final int LIST_SHOWN = 6;

    void print(PrintWriter out) {
        out.println(Printable.text(path.toString()) + ": " + inspection.what());
        inspection.notes().forEach(note -> out.println("note: " + Printable.text(note)));
        for (Map.Entry<String, JsonNode> section : inspection.details().properties()) {
            out.println();
            out.println(section.getKey() + ":");
            var table = new Table();
            for (Map.Entry<String, JsonNode> entry : section.getValue().properties()) {
                table.add(Printable.text(entry.getKey()), text(entry.getValue()));
            }
            table.print(out, "  ");
        }
        if (inspection.tensors().isEmpty()) {
            return;
        }
        out.println();
        out.println("tensors: " + totals());
        if (shown.isEmpty()) {
            return;
        }
        var table = new Table("bytes", "type", "shape", "name");
        for (TensorInfo tensor : shown) {
            table.add(
                    Long.toString(tensor.bytes()),
                    tensor.dtype().toString(),
                    tensor.shape().toString(),
                    Printable.text(tensor.name()));
        }
        table.print(out, "  ");
    }

    private long parameters() {
        return inspection.tensors().stream().mapToLong(t -> t.shape().elements()).sum();
    }

    /// For example `291, 6738415616 parameters, 13.5 GB: 226 F16, 65 F32`.
    private String totals() {
        Map<DType, Integer> counts = new EnumMap<>(DType.class);
        inspection.tensors().forEach(tensor -> counts.merge(tensor.dtype(), 1, Integer::sum));
        long bytes = inspection.tensors().stream().mapToLong(TensorInfo::bytes).sum();
        return inspection.tensors().size()
                + ", "
                + parameters()
                + " parameters, "
                + new ByteSize(bytes)
                + counts.entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", ", counts.isEmpty() ? "" : ": ", ""));
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            List<String> elements = new ArrayList<>();
            for (JsonNode element : value) {
                if (elements.size() == LIST_SHOWN) {
                    elements.add("… " + value.size() + " in all");
                    break;
                }
                elements.add(text(element));
            }
            return "[" + String.join(", ", elements) + "]";
        }
        if (value.isObject() && !value.isEmpty()) {
            return value.properties().stream()
                    .map(entry -> Printable.text(entry.getKey()) + ": " + text(entry.getValue()))
                    .collect(Collectors.joining(", "));
        }
        return Printable.text(value.isValueNode() ? value.asText() : value.toString());
    }

    ObjectNode json() {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("path", path.toString());
        report.put("what", inspection.what());
        var notes = report.putArray("notes");
        inspection.notes().forEach(notes::add);
        report.setAll(inspection.details());
        report.put("parameters", parameters());
        var tensors = report.putArray("tensors");
        shown.forEach(tensor -> tensors.add(TensorJson.of(tensor)));
        return report;
    }
}
