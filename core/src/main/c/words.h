/*
 * The vocabulary of the kernels. Included after vec_<isa>.h, which says what it means there:
 *
 *   LANES                    how many numbers a vector holds: 16, 8 or 4
 *   NAME(x)                  ws_x_<isa>, a symbol of the library
 *   vf, vi, vm               vectors of float, of int, and of yes or no
 *   all, load, store         a vector of one value; from and to memory, at any address
 *   below, differs, not_below, both, either, any, pick, lane_bits
 *                            comparisons (differs and not_below hold for NaN) and choices
 *   lesser(a, b)             a < b ? a : b, also for zeros and NaNs; greater likewise
 *   truncated                to int as x86 does: what does not fit is INT_MIN
 *   integers, floats         exact conversions of small whole numbers
 *   low_bytes, signed_bytes  u8 and s8 of every lane
 *   store_bytes              the low byte of every lane
 *   load_halves, store_halves, load_bf16, store_bf16
 *                            to and from the 16-bit types, rounded as H and BF do
 *   codebook_code, codebook_level, level_of
 *                            NLI, the level of that code, the level of a code
 *   fifth_bits, nibbles      bit 4 of every lane; two codes in the low byte of every lane
 *   transpose                vector i of the result holds lane i of each vector
 *
 * The operators + - * / work on vectors, one rounded operation per lane. Every source is compiled
 * with -ffp-contract=off: a*b + c is two operations.
 *
 * The names NI, NLI, SYM and so on are those of docs/specs/quantization.md.
 */
#ifndef WORDS_H
#define WORDS_H

#define INLINE static inline __attribute__((always_inline))

/* Below this everything counts as zero: EPS. */
#define EPSILON 1e-15f

/* 1.5 * 2^23: added to a small number it leaves the nearest integer in the low mantissa bits. */
#define MAGIC 12582912.0f

/* NI + MAGIC: the bit formula, out of range too. */
INLINE vf shifted(vf v) { return low_mantissa(v + all(MAGIC)); }

/* Runs `statement` with the rounding and the subnormals that every kernel needs. */
#define EXACTLY(statement)                                                                       \
    do {                                                                                         \
        __auto_type before = floats_exact();                                                     \
        statement;                                                                               \
        floats_as_before(before);                                                                \
    } while (0)

/* NI as a float. */
INLINE vf nearest(vf v) { return shifted(v) - all(MAGIC); }

/* NI, then limited to low ... high. */
INLINE vf nearest_between(vf v, float low, float high)
{
    return lesser(greater(shifted(v), all(MAGIC + low)), all(MAGIC + high)) - all(MAGIC);
}

INLINE vm above(vf a, vf b) { return below(b, a); }

INLINE vf zero_unless(vm m, vf v) { return pick(m, v, all(0)); }

#endif
