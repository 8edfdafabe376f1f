package dev.weightsmith.tokenizer;

import java.util.Optional;

/// One entry of a SentencePiece vocabulary; its place in the list is its token id.
///
/// @param text as stored: `▁` stands for a space
/// @param score the higher, the earlier it is merged; 0 where the file says nothing
public record Piece(String text, float score, Type type) {
    /// What a piece stands for, with the numbers of the file format (GGUF has the same).
    public enum Type {
        NORMAL(1),
        /// What no other piece covers; exactly one piece has this type.
        UNKNOWN(2),
        /// Never comes out of a text, for example `<s>`.
        CONTROL(3),
        /// Always cut out of a text whole.
        USER_DEFINED(4),
        UNUSED(5),
        /// One byte of a character that has no piece, `<0x00>` to `<0xFF>`.
        BYTE(6);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }

        /// The type of that number, if there is one.
        public static Optional<Type> of(int number) {
            for (Type type : values()) {
                if (type.number == number) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    /// A piece as vocabulary merges append it: score 0, normal
    /// (docs/specs/checkpoints.md#sentencepiece-vocabularies).
    public static Piece appended(String text) {
        return new Piece(text, 0, Type.NORMAL);
    }
}
