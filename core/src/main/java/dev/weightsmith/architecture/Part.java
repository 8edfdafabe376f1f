package dev.weightsmith.architecture;

import dev.weightsmith.tensor.Shape;
import java.util.List;
import java.util.Optional;

/// A matrix or vector that a model has once, or once in every layer: a line of a family's table.
///
/// @param huggingFace its module below the model or layer, without `.weight`
/// @param meta the same in Meta's checkpoints, where the family has those
/// @param gguf the same in GGUF files
/// @param dimensions outermost first
/// @param shards how Meta's files divide it
/// @param rotary whose heads its rows are, where Meta and GGUF have the rows of each head in
///   another order than Hugging Face
/// @param bias whether there may be a bias, one element for each row
public record Part(
        Role role,
        String huggingFace,
        Optional<String> meta,
        String gguf,
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
    ///
    /// @param announcedBy the field of `config.json` that says that there is one; empty where the
    ///   tensors alone tell
    public record Bias(boolean always, boolean possible, Optional<String> announcedBy) {
        static final Bias NEVER = new Bias(false, false, Optional.empty());

        /// Every model of the family has it.
        public static final Bias ALWAYS = new Bias(true, true, Optional.empty());

        /// There where the configuration says so.
        public static Bias where(String field) {
            return new Bias(false, true, Optional.of(field));
        }
    }

    public Part {
        dimensions = List.copyOf(dimensions);
    }

    /// A matrix of these rows and columns.
    public static Part matrix(Role role, String huggingFace, String gguf, Size rows, Size columns) {
        return new Part(
                role,
                huggingFace,
                Optional.empty(),
                gguf,
                List.of(rows, columns),
                Shards.ROWS,
                Optional.empty(),
                Bias.NEVER);
    }

    /// A vector that scales.
    public static Part norm(String huggingFace, String gguf, Size elements) {
        return new Part(
                Role.NORM,
                huggingFace,
                Optional.empty(),
                gguf,
                List.of(elements),
                Shards.COPIES,
                Optional.empty(),
                Bias.NEVER);
    }

    /// The same with a name in Meta's checkpoints.
    public Part meta(String name) {
        return meta(name, shards);
    }

    public Part meta(String name, Shards divided) {
        return new Part(
                role, huggingFace, Optional.of(name), gguf, dimensions, divided, rotary, bias);
    }

    /// The same whose rows are reordered for Meta and GGUF.
    public Part rotary(Heads heads) {
        return new Part(
                role, huggingFace, meta, gguf, dimensions, shards, Optional.of(heads), bias);
    }

    public Part bias(Bias other) {
        return new Part(role, huggingFace, meta, gguf, dimensions, shards, rotary, other);
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
            case GGUF -> Optional.of(gguf);
        };
    }
}
