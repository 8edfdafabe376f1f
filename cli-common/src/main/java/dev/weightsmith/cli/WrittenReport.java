package dev.weightsmith.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.engine.Report;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.Printable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/// What a finished job prints: files, sizes, digests, time and rate.
public record WrittenReport(Path target, Report written, List<Finding> findings) {

    /// For people.
    public void print(PrintWriter out) {
        var table = new Table();
        for (Report.Written file : written.files()) {
            table.add(file.sha256(), Long.toString(file.bytes()), Printable.text(file.name()));
        }
        table.print(out, "");
        out.println(
                "wrote "
                        + Printable.text(target.toString())
                        + ": "
                        + new ByteSize(written.bytes())
                        + " in "
                        + new TimeSpan(written.duration().toNanos())
                        + ", "
                        + new ByteSize(bytesPerSecond())
                        + "/s");
    }

    /// For programs.
    public ObjectNode json() {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("target", target.toString());
        var files = report.putArray("files");
        for (Report.Written file : written.files()) {
            files.addObject()
                    .put("name", file.name())
                    .put("bytes", file.bytes())
                    .put("sha256", file.sha256());
        }
        report.put("bytes", written.bytes());
        report.put("seconds", written.duration().toNanos() / 1e9);
        report.put("bytesPerSecond", bytesPerSecond());
        report.set("findings", FindingsJson.of(findings));
        return report;
    }

    private long bytesPerSecond() {
        return Math.round(written.bytes() * 1e9 / Math.max(1, written.duration().toNanos()));
    }
}
