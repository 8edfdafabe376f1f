package dev.weightsmith.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.error.Finding;
import java.util.ArrayList;
import java.util.List;

/// What is worth knowing of a model that can be read.
public final class ModelFindings {
    private ModelFindings() {}

    /// Notes and warnings, none of them an error.
    public static List<Finding> of(LlamaModel model) {
        var findings = new ArrayList<Finding>();
        for (String note : model.config().notes()) {
            findings.add(Finding.note(model.path(), note));
        }
        JsonNode said = model.config().source().path("vocab_size");
        if (said.isIntegralNumber() && said.longValue() != model.config().vocabularySize()) {
            findings.add(
                    Finding.warning(
                            model.path(),
                            "vocab_size is %s but the embedding has %d rows, which count"
                                    .formatted(said, model.config().vocabularySize()),
                            "see that the configuration belongs to the weights"));
        }
        boolean saidTied = model.config().source().path("tie_word_embeddings").asBoolean(false);
        if (saidTied && !model.config().tiedEmbeddings()) {
            findings.add(
                    Finding.warning(
                            model.path(),
                            "tie_word_embeddings is true but the weights hold an lm_head that is"
                                    + " not the embedding, which counts; transformers before 5"
                                    + " does not use it",
                            "see that the configuration belongs to the weights"));
        }
        for (Checkpoint source : model.sources().checkpoints()) {
            for (String warning : source.warnings()) {
                findings.add(Finding.warning(source.path(), warning, "see that this is meant"));
            }
        }
        return findings;
    }
}
