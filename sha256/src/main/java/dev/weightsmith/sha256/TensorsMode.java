package dev.weightsmith.sha256;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.weightsmith.compare.ModelDigest;
import dev.weightsmith.digest.DigestList;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.model.LlamaModel;
import java.io.IOException;
import java.nio.file.Path;

/// `weightsmith sha256 --tensors MODEL`: digests of values.
record TensorsMode(Report report, int threads, Progress progress) {

    void run(Path path) throws IOException {
        ModelDigest digest;
        try (LlamaModel model = LlamaModel.open(path)) {
            digest = ModelDigest.of(model.readable(), threads, progress);
            model.verify();
        }
        ArrayNode tensors =
                report.json()
                        .put("model", path.toString())
                        .put("sha256", digest.model().hex())
                        .putArray("tensors");
        digest.tensors()
                .forEach((name, value) -> {
                    report.line(DigestList.line(value, name));
                    tensors.addObject().put("name", name).put("sha256", value.hex());
                });
        // A comment, so that the whole is still a list.
        report.line("# model " + digest.model());
    }
}
