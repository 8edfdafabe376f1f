/*
 * The encoders of all block types: ws_encode_<type>_<isa>.
 *
 * x holds rows * columns elements, out as many whole blocks; importance holds one weight per
 * column or is NULL. Included by encode_<isa>.c.
 */
#include "words.h"

#include "batch.h"
#include "extremes.h"
#include "pack.h"
#include "search_affine.h"
#include "search_codebook.h"
#include "search_descent.h"
#include "search_positive.h"
#include "search_symmetric.h"
#include "weights.h"

#include "encode_simple.h"

#include "encode_k.h"

#include "encode_iq4.h"

#define ENCODER(type)                                                                            \
    void NAME(encode_##type)(const float *x, uint8_t *out, int64_t rows, int32_t columns,        \
            const float *importance)

/* Runs `statement` for every batch, called `these`. */
#define FOR_BATCHES(elements, bytes, statement)                                                  \
    do {                                                                                         \
        block_list list = list_blocks(x, out, rows, columns, importance, elements, bytes);       \
        for (int64_t first = 0; first < list.blocks; first += LANES) {                           \
            batch these = batch_at(&list, first);                                                \
            statement;                                                                           \
        }                                                                                        \
    } while (0)

ENCODER(q4_0) { EXACTLY(encode_simple(4, 0, x, out, rows, columns, importance)); }
ENCODER(q4_1) { EXACTLY(encode_simple(4, 1, x, out, rows, columns, importance)); }
ENCODER(q5_0) { EXACTLY(encode_simple(5, 0, x, out, rows, columns, importance)); }
ENCODER(q5_1) { EXACTLY(encode_simple(5, 1, x, out, rows, columns, importance)); }

ENCODER(q8_0)
{
    (void) importance;
    EXACTLY(encode_8_bit(x, out, rows * (columns / 32)));
}

/* A function for each way, so that each is compiled with its own constants. */
#define TWO_WAYS(type, elements, bytes, plain, weighted)                                         \
    ENCODER(type)                                                                                \
    {                                                                                            \
        if (importance)                                                                          \
            EXACTLY(FOR_BATCHES(elements, bytes, weighted));                                     \
        else                                                                                     \
            EXACTLY(FOR_BATCHES(elements, bytes, plain));                                        \
    }

TWO_WAYS(q2_k, 256, 84, encode_q2_k_batch(&these, 0), encode_q2_k_batch(&these, 1))
TWO_WAYS(q3_k, 256, 110, encode_q3_k_batch(&these), encode_weighted_q3_k_batch(&these))
TWO_WAYS(q4_k, 256, 144, encode_pairs_batch(4, &these, 0), encode_pairs_batch(4, &these, 1))
TWO_WAYS(q5_k, 256, 176, encode_pairs_batch(5, &these, 0), encode_pairs_batch(5, &these, 1))
TWO_WAYS(q6_k, 256, 210, encode_q6_k_batch(&these, 0), encode_q6_k_batch(&these, 1))
TWO_WAYS(iq4_nl, 32, 18, encode_iq4_nl_batch(&these, 0), encode_iq4_nl_batch(&these, 1))
TWO_WAYS(iq4_xs, 256, 136, encode_iq4_xs_batch(&these, 0), encode_iq4_xs_batch(&these, 1))
