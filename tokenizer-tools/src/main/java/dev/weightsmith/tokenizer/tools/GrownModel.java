package dev.weightsmith.tokenizer.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.Supplement;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.Finding;
import dev.weightsmith.job.Origin;
import dev.weightsmith.job.Target;
import dev.weightsmith.model.Model;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A model that grows to fit a larger vocabulary, as the origin of a job.
final class GrownModel implements Origin, Supplement {
    private final Path model;
    private final Path tokenizer;
    private final Init init;
    private final int multiple;
    private @Nullable Rows rows;

    private record Rows(int before, int after, int newTokens) {}

    /// @param tokenizer folder of the larger vocabulary
    /// @param multiple that the number of rows shall be divisible by
    GrownModel(Path model, Path tokenizer, Init init, int multiple) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.init = init;
        this.multiple = multiple;
    }

    @Override
    public List<Path> inputs() {
        return List.of(model, tokenizer);
    }

    @Override
    public Opened open(Target target, boolean strict, Progress progress) throws IOException {
        Model base = Model.open(model);
        try {
            TokenizerModel old = TokenizerModel.of(base);
            TokenizerModel grown = TokenizerModel.ofFolder(tokenizer);
            Expansion expansion = Expansion.of(base, old, grown, init, multiple);
            rows =
                    new Rows(
                            base.config().vocabularySize(),
                            expansion.rows(),
                            grown.size() - old.size());
            return new Opened(
                    expansion.apply(base, new Model.Tokenizer.Folder(tokenizer)),
                    target.modelName(),
                    findings(base, expansion),
                    base.sources().paths(),
                    base::close);
        } catch (IOException | RuntimeException e) {
            base.close();
            throw e;
        }
    }

    @Override
    public void tell(ObjectNode json) {
        Rows grown = Objects.requireNonNull(rows);
        json.putObject("rows").put("before", grown.before()).put("after", grown.after());
        json.put("newTokens", grown.newTokens());
    }

    private List<Finding> findings(Model base, Expansion expansion) {
        List<Finding> findings = new ArrayList<>();
        base.config().notes().forEach(note -> findings.add(Finding.note(model, note)));
        int stored = base.config().vocabularySize();
        int old = expansion.old().size();
        int grown = expansion.grown().size();
        findings.add(
                Finding.note(
                        model,
                        stored
                                + " rows become "
                                + expansion.rows()
                                + ": "
                                + (grown - old)
                                + " new tokens; the vocabulary of "
                                + TokenizerFiles.vocabularyName(old)
                                + " becomes one of "
                                + TokenizerFiles.vocabularyName(grown)));
        if (stored > old && grown > old) {
            findings.add(
                    Finding.note(
                            model,
                            "rows from "
                                    + old
                                    + " on stood for no token and are made new: "
                                    + (Math.min(stored, grown) - old)));
        }
        return findings;
    }
}
