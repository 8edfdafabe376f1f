package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.model.Model;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tokenizer.PieceEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/// A model whose embedding and output matrix grow to fit a larger vocabulary.
///
/// Rows of old tokens stay as they are, bit for bit. Rows of new ones are made in float32 and
/// rounded once to the matrix's type.
///
/// @param old what the rows stand for
/// @param grown what they shall stand for; begins with `old`
/// @param rows of the grown matrices, at least as many as `grown` has tokens
record Expansion(TokenizerModel old, TokenizerModel grown, Init init, int rows) {

    /// @param multiple that the number of rows shall be divisible by
    /// @throws PlanException if the vocabularies do not fit the model or each other
    static Expansion of(
            Model model, TokenizerModel old, TokenizerModel grown, Init init, int multiple) {
        int stored = model.config().vocabularySize();
        if (old.size() > stored) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.MISMATCH,
                                    old.path(),
                                    "the tokenizer has "
                                            + old.size()
                                            + " tokens but the model's embedding has "
                                            + stored
                                            + " rows")
                            .withHint("take the tokenizer that belongs to the model"));
        }
        old.requireKeptBy(grown);
        int needed = Math.max(stored, grown.size());
        int rows = Math.multiplyExact(Math.ceilDiv(needed, multiple), multiple);
        return new Expansion(old, grown, init, rows);
    }

    Model apply(Model model, Model.Tokenizer tokenizer) {
        var tensors = new LinkedHashMap<>(model.tensors());
        tensors.computeIfPresent(Architecture.EMBEDDING, (_, matrix) -> grow(matrix, 0));
        tensors.computeIfPresent(Architecture.OUTPUT, (_, matrix) -> grow(matrix, 1));
        return model.withTensors(tensors).withTokenizer(tokenizer);
    }

    /// @param place tells apart the random values of different matrices
    private Recipe grow(Recipe matrix, int place) {
        long stored = matrix.shape().rows();
        var parts = new ArrayList<Recipe>();
        parts.add(new Recipe.RowRange(matrix, 0, old.size()));
        add(parts, matrix, newRows(matrix, place));
        if (stored > grown.size()) {
            // Rows that stand for nothing, before and after.
            parts.add(new Recipe.RowRange(matrix, grown.size(), stored - grown.size()));
        }
        add(parts, matrix, fillers(matrix, rows - Math.max(stored, grown.size()), place + 2));
        return new Recipe.StackRows(parts);
    }

    private static void add(List<Recipe> parts, Recipe matrix, Recipe rows) {
        if (rows.shape().rows() > 0) {
            parts.add(rows.as(matrix.dtype()));
        }
    }

    private Recipe newRows(Recipe matrix, int place) {
        if (!(init instanceof Init.MeanOfPieces)) {
            return fillers(matrix, grown.size() - old.size(), place);
        }
        var encoder = PieceEncoder.of(old.model());
        return new Recipe.MeanOfRows(
                matrix,
                IntStream.range(old.size(), grown.size())
                        .mapToObj(grown::piece)
                        .map(encoder::encode)
                        .toList());
    }

    /// Rows that do not depend on the token's text.
    private Recipe fillers(Recipe matrix, long count, int place) {
        long columns = matrix.shape().columns();
        return switch (init) {
            case Init.MeanOfPieces _, Init.Mean _ ->
                    new Recipe.RepeatRow(
                            new Recipe.MeanOfRows(
                                    matrix,
                                    List.of(IntStream.range(0, old.size()).boxed().toList())),
                            count);
            case Init.Zeros _ ->
                    new Recipe.RepeatRow(
                            new Recipe.Constant(
                                    Shape.of(1, columns),
                                    Collections.nCopies(Math.toIntExact(columns), 0f)),
                            count);
            case Init.Normal(long seed) ->
                    new Recipe.Noise(
                            Shape.of(count, columns), 4 * seed + place, Init.Normal.DEVIATION);
        };
    }
}
