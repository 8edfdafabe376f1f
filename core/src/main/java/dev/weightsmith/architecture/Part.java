package dev.weightsmith.architecture;

import dev.weightsmith.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A matrix or vector that a model has once, or once in every layer: a line of a family's table.
/// Its name in GGUF files is its role's.
///
/// @param huggingFace its module below the model or layer, without `.weight`
/// @param meta the same in Meta's checkpoints, where the family has those
/// @param dimensions outermost first
/// @param shards how Meta's files divide it
/// @param rotary whose heads its rows are, where Meta and GGUF have the rows of each head in
///   another order than Hugging Face
/// @param bias whether there may be a bias, one element for each row
public record Part(
        Role role,
        String huggingFace,
        Optional<String> meta,
        List<Size> dimensions,
        Shards shards,
        Optional<Heads> rotary,
        Bias bias) {
    /// Whose heads the rows of a rotating part are.
    public enum Heads {
        QUERIES,
        KEYS;

        int of(Sizes sizes) {
            return this == QUERIES ? sizes.heads() : sizes.keyValueHeads();
        }
    }

    /// Whether a part has a bias.
    public sealed interface Bias {
        /// In no model of the family.
        record Never() implements Bias {}

        /// In every model of the family.
        record Always() implements Bias {}

        /// There where this field of `config.json` says so.
        record Announced(String field) implements Bias {}
    }

    public Part {
        dimensions = List.copyOf(dimensions);
    }

    /// A matrix of these rows and columns.
    public static Part matrix(Role role, String huggingFace, Size rows, Size columns) {
        return new Part(
                role,
                huggingFace,
                Optional.empty(),
                List.of(rows, columns),
                Shards.ROWS,
                Optional.empty(),
                new Bias.Never());
    }

    /// A vector that scales.
    public static Part norm(Role role, String huggingFace) {
        return new Part(
                role,
                huggingFace,
                Optional.empty(),
                List.of(Size.HIDDEN),
                Shards.COPIES,
                Optional.empty(),
                new Bias.Never());
    }

    /// The same with a name in Meta's checkpoints.
    public Part meta(String name) {
        return meta(name, shards);
    }

    /// The same with a name in Meta's checkpoints, divided in another way than by rows.
    public Part meta(String name, Shards divided) {
        return new Part(role, huggingFace, Optional.of(name), dimensions, divided, rotary, bias);
    }

    /// The same whose rows are reordered for Meta and GGUF.
    public Part rotary(Heads heads) {
        return new Part(role, huggingFace, meta, dimensions, shards, Optional.of(heads), bias);
    }

    /// The same with biases.
    public Part bias(Bias other) {
        return new Part(role, huggingFace, meta, dimensions, shards, rotary, other);
    }

    /// Whether some model of the family has a bias here.
    boolean mayHaveBias() {
        return !(bias instanceof Bias.Never);
    }

    /// Whether this model has a bias here.
    ///
    /// @param says whether its `config.json` says a field
    boolean hasBias(Predicate<String> says) {
        return switch (bias) {
            case Bias.Never _ -> false;
            case Bias.Always _ -> true;
            case Bias.Announced(String field) -> says.test(field);
        };
    }

    /// The shape of its weight.
    public Shape shape(Sizes sizes) {
        return Shape.of(dimensions.stream().map(size -> size.of(sizes)).toList());
    }

    /// The shape of its bias.
    public Shape biasShape(Sizes sizes) {
        return Shape.of(dimensions.getFirst().of(sizes));
    }

    Optional<String> name(World world) {
        return switch (world) {
            case HUGGING_FACE -> Optional.of(huggingFace);
            case META -> meta;
            case GGUF -> Optional.of(role.gguf());
        };
    }
}
