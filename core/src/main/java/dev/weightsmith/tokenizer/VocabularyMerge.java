package dev.weightsmith.tokenizer;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// A vocabulary grown by pieces that it did not have, in their order
/// (docs/specs/checkpoints.md#sentencepiece-vocabularies).
///
/// The normalizer and trainer specifications stay the first model's; new pieces get score 0.
///
/// @param model the grown vocabulary
/// @param added the new pieces; the first has the id that the old vocabulary's size was
/// @param known pieces that were there already, or came twice
public record VocabularyMerge(SentencePieceModel model, List<String> added, List<String> known) {
    public VocabularyMerge {
        added = List.copyOf(added);
        known = List.copyOf(known);
    }

    /// Adds every piece of another model.
    ///
    /// @throws PlanException if one that is not there already is no normal piece: what a control or
    ///   byte piece of another vocabulary should do in this one is not known
    public static VocabularyMerge of(SentencePieceModel base, SentencePieceModel addition) {
        for (Piece piece : addition.pieces()) {
            boolean appendable =
                    piece.type() == Piece.Type.NORMAL || base.id(piece.text()).isPresent();
            if (!appendable) {
                throw new PlanException(
                        Problem.of(
                                        ErrorKind.MISMATCH,
                                        "the vocabulary to add holds the "
                                                + piece.type()
                                                + " piece "
                                                + Printable.name(piece.text())
                                                + ", which the base vocabulary does not have")
                                .withHint("give a list of the pieces to add instead"));
            }
        }
        return of(base, addition.pieces().stream().map(Piece::text).toList());
    }

    /// Adds pieces given as text, for example `[PAD]`.
    ///
    /// @throws PlanException if the base is not a BPE model, or a text is empty
    public static VocabularyMerge of(SentencePieceModel base, List<String> texts) {
        if (base.kind() != SentencePieceModel.Kind.BPE) {
            throw new PlanException(
                    Problem.of(
                            ErrorKind.MISMATCH,
                            "the base vocabulary is a unigram model, expected BPE as LLaMA has"));
        }
        SequencedSet<String> added = new LinkedHashSet<>();
        List<String> known = new ArrayList<>();
        for (String text : texts) {
            if (text.isEmpty()) {
                throw new PlanException(Problem.of(ErrorKind.MISMATCH, "a piece to add is empty"));
            }
            if (base.id(text).isPresent() || !added.add(text)) {
                known.add(text);
            }
        }
        return new VocabularyMerge(
                base.withPieces(added.stream().map(Piece::appended).toList()),
                List.copyOf(added),
                known);
    }
}
