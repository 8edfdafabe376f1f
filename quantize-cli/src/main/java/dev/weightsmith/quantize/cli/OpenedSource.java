package dev.weightsmith.quantize.cli;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.error.Finding;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.model.ModelFindings;
import dev.weightsmith.model.OutputOptions;
import dev.weightsmith.quantize.QuantizeSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A model to quantize and the files that it holds open.
///
/// @param findings what is worth knowing of the model
record OpenedSource(QuantizeSource source, List<Finding> findings, Closeable files)
        implements Closeable {
    OpenedSource {
        findings = List.copyOf(findings);
    }

    /// Opens a GGUF file as it is, or a model of another container as if it had been converted.
    ///
    /// @param stem names the model where nothing else does
    static OpenedSource open(Path path, String stem) throws IOException {
        if (!Files.isDirectory(path)) {
            Checkpoint checkpoint = Formats.open(path);
            if (checkpoint instanceof GgufFile gguf) {
                return of(gguf);
            }
            checkpoint.close();
        }
        LlamaModel model = LlamaModel.open(path);
        if (model.sources().checkpoints().getFirst() instanceof GgufFile gguf) {
            return of(gguf);
        }
        try {
            var source = QuantizeSource.of(model, OutputOptions.defaults(), stem);
            var findings = new ArrayList<>(ModelFindings.of(model));
            findings.add(Finding.note(path, model.template(Optional.empty()).why()));
            return new OpenedSource(source, findings, model::close);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static OpenedSource of(GgufFile gguf) throws IOException {
        try {
            return new OpenedSource(QuantizeSource.of(gguf), List.of(), gguf::close);
        } catch (IOException | RuntimeException e) {
            gguf.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
