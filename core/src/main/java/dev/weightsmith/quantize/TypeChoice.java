package dev.weightsmith.quantize;

import dev.weightsmith.tensor.DType;

/// The type that a tensor gets.
///
/// @param wanted the type it would have got if its shape allowed, or `dtype`
public record TypeChoice(DType dtype, Why why, DType wanted) {
    /// How a choice came about.
    public enum Why {
        /// The tensor is not for quantizing: its type stays.
        KEPT,
        /// By the file type, a rule or an option.
        CHOSEN,
        /// A row is no whole number of blocks, so another type stands in, as in llama.cpp.
        FALLBACK,
        /// The same where llama.cpp has no other type and gives up; here it becomes F16.
        LAST_RESORT
    }

    static TypeChoice kept(DType dtype) {
        return new TypeChoice(dtype, Why.KEPT, dtype);
    }
}
