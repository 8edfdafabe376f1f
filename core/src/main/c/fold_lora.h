/*
 * Adds a low-rank delta to rows of weights, in place: ws_fold_lora_<type>_<isa>.
 *
 * The merge arithmetic (docs/specs/adapters.md#merge-arithmetic): each element's delta is a chain
 * of fused multiply-adds over k, from 0; then weight + delta * scale as two rounded operations;
 * then one rounding to the weights' type. Here, and only here, multiplications and additions are
 * fused.
 *
 *   weights  rows x columns
 *   a        rank x columns
 *   b        rows x rank
 */
#include "words.h"

#include "plain.h"

/* Columns worked on at a time: their part of `a` stays in the cache while all rows pass. */
#define TILE 1024

/* Rows, and vectors of columns, whose chains run side by side. */
enum { ROWS = 4, WIDE = 2 };

typedef struct {
    enum plain_type type;
    int32_t columns, rank;
    const float *a;
    float scale;
} fold;

/* Columns from ... to of `rows` rows, of which `weights` and `b` are the first. */
INLINE void fold_rows(fold with, int rows, void *weights, const float *b, int32_t from, int32_t to)
{
    int32_t j = from;
    for (; j + WIDE * LANES <= to; j += WIDE * LANES) {
        vf delta[ROWS][WIDE];
        for (int i = 0; i < rows; i++)
            for (int v = 0; v < WIDE; v++)
                delta[i][v] = all(0);
        for (int32_t k = 0; k < with.rank; k++) {
            const float *a = with.a + (int64_t) k * with.columns + j;
            for (int i = 0; i < rows; i++)
                for (int v = 0; v < WIDE; v++)
                    delta[i][v] = fused(all(b[(int64_t) i * with.rank + k]), load(a + v * LANES),
                            delta[i][v]);
        }
        for (int i = 0; i < rows; i++)
            for (int v = 0; v < WIDE; v++) {
                int64_t at = (int64_t) i * with.columns + j + v * LANES;
                vf folded = plain_values(with.type, weights, at) + delta[i][v] * all(with.scale);
                put_values(with.type, weights, at, folded);
            }
    }
    for (; j < to; j++)
        for (int i = 0; i < rows; i++) {
            float delta = 0;
            for (int32_t k = 0; k < with.rank; k++)
                delta = __builtin_fmaf(b[(int64_t) i * with.rank + k],
                        with.a[(int64_t) k * with.columns + j], delta);
            int64_t at = (int64_t) i * with.columns + j;
            put_value(with.type, weights, at,
                    plain_value(with.type, weights, at) + delta * with.scale);
        }
}

INLINE void fold_all(fold with, int element_bytes, void *weights, int32_t rows, const float *b)
{
    for (int32_t from = 0; from < with.columns; from += TILE) {
        int32_t to = with.columns - from < TILE ? with.columns : from + TILE;
        int32_t row = 0;
        for (; row + ROWS <= rows; row += ROWS)
            fold_rows(with, ROWS, (char *) weights + (int64_t) row * with.columns * element_bytes,
                    b + (int64_t) row * with.rank, from, to);
        for (; row < rows; row++)
            fold_rows(with, 1, (char *) weights + (int64_t) row * with.columns * element_bytes,
                    b + (int64_t) row * with.rank, from, to);
    }
}

#define FOLD(name, plain_type, element_bytes)                                                    \
    void NAME(fold_lora_##name)(void *weights, int32_t rows, int32_t columns, const float *a,    \
            const float *b, int32_t rank, float scale)                                           \
    {                                                                                            \
        fold with = {plain_type, columns, rank, a, scale};                                       \
        EXACTLY(fold_all(with, element_bytes, weights, rows, b));                                \
    }

FOLD(f32, F32, 4)
FOLD(f16, F16, 2)
FOLD(bf16, BF16, 2)
