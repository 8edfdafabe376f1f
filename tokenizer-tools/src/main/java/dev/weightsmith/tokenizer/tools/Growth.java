package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.TokenizerFiles;
import dev.weightsmith.tokenizer.TokenizerFolder;
import dev.weightsmith.tokenizer.VocabularyMerge;
import dev.weightsmith.tokenizer.VocabularySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A vocabulary that grows step by step, and remembers what came from where.
final class Growth {
    /// What one source gave.
    ///
    /// @param from its name
    /// @param pieces that the source has
    /// @param added those that were new
    /// @param known those that were there already, or came twice
    record Step(String from, int pieces, List<String> added, List<String> known) {
        Step {
            added = List.copyOf(added);
            known = List.copyOf(known);
        }
    }

    private SentencePieceModel model;
    private final List<Step> steps = new ArrayList<>();
    private Optional<String> padding = Optional.empty();

    private Growth(SentencePieceModel model) {
        this.model = model;
    }

    /// @param base a `tokenizer.model`, or a folder with one
    /// @throws PlanException if it has not LLaMA's form, or the folder adds tokens after the
    ///   model's pieces: their ids would become those of new pieces
    static Growth of(Path base) throws IOException {
        Path file = Files.isDirectory(base) ? base.resolve("tokenizer.model") : base;
        var growth = new Growth(SentencePieceModel.read(file));
        TokenizerFolder.requireLlama(growth.model);
        int pieces = growth.model.pieces().size();
        if (Files.isDirectory(base)) {
            int size = TokenizerFiles.read(base).map(TokenizerFiles::vocabularySize).orElse(pieces);
            if (size > pieces) {
                throw new PlanException(
                        Problem.of(
                                        ErrorKind.MISMATCH,
                                        base,
                                        "adds "
                                                + (size - pieces)
                                                + " tokens after the "
                                                + pieces
                                                + " pieces of its tokenizer.model, whose ids new"
                                                + " pieces would get")
                                .withHint(
                                        "give tokenizer.model itself as --base, and those tokens in"
                                                + " a list with --add"));
            }
        }
        return growth;
    }

    void add(Path source) throws IOException {
        VocabularySource read = VocabularySource.read(source);
        try {
            step(source.toString(), read.addTo(model));
        } catch (PlanException e) {
            throw new PlanException(
                    e.problems().stream()
                            .map(problem ->
                                    new Problem(
                                            problem.kind(),
                                            Optional.of(source),
                                            problem.offset(),
                                            problem.message(),
                                            problem.hint()))
                            .toList());
        }
    }

    /// Adds the piece that fills short texts, if it is not there.
    void pad(String text) {
        if (text.chars().anyMatch(c -> c <= ' ')) {
            throw new PlanException(
                    Problem.of(
                            ErrorKind.MISMATCH,
                            "--pad is " + Printable.name(text) + ", expected no spaces in it"));
        }
        step("--pad " + text, VocabularyMerge.of(model, List.of(text)));
        padding = Optional.of(text);
    }

    /// Adds pieces that no text is ever cut into, up to a multiple of `multiple`.
    void fill(int multiple) {
        List<Piece> fillers = new ArrayList<>();
        int size = model.pieces().size();
        while ((size + fillers.size()) % multiple != 0) {
            String text = "[PAD" + (size + fillers.size()) + "]";
            if (model.id(text).isPresent()) {
                throw new PlanException(
                        Problem.of(
                                ErrorKind.MISMATCH,
                                "--pad-to-multiple-of would add "
                                        + text
                                        + ", which the vocabulary holds already"));
            }
            fillers.add(new Piece(text, 0, Piece.Type.UNUSED));
        }
        model = model.withPieces(fillers);
        List<String> texts = fillers.stream().map(Piece::text).toList();
        steps.add(new Step("--pad-to-multiple-of " + multiple, texts.size(), texts, List.of()));
    }

    private void step(String from, VocabularyMerge merge) {
        model = merge.model();
        steps.add(
                new Step(
                        from,
                        merge.added().size() + merge.known().size(),
                        merge.added(),
                        merge.known()));
    }

    SentencePieceModel model() {
        return model;
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }

    TokenizerFolder folder() {
        return TokenizerFolder.of(model, padding);
    }
}
