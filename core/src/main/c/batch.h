/*
 * LANES blocks at a time, one in each lane.
 *
 * Rows follow each other without gaps, so all blocks of a call form one list. The last batch is
 * filled up by repeating its last block; what comes out of the repeats is dropped.
 */
#ifndef BATCH_H
#define BATCH_H

typedef struct {
    const float *x[LANES];           /* the elements of each block */
    const float *importance[LANES];  /* of the same columns; unset without importance */
    uint8_t *out[LANES];
    int count;                       /* blocks that are not repeats */
} batch;

/* Where the blocks of a call are. */
typedef struct {
    const float *x;
    const float *importance;  /* or NULL */
    uint8_t *out;
    int64_t blocks;
    int64_t blocks_per_row;
    int elements;             /* of a block */
    int bytes;                /* of a block */
} block_list;

INLINE block_list list_blocks(const float *x, uint8_t *out, int64_t rows, int32_t columns,
        const float *importance, int elements, int bytes)
{
    int64_t per_row = columns / elements;
    block_list list = {x, importance, out, rows * per_row, per_row, elements, bytes};
    return list;
}

INLINE batch batch_at(const block_list *list, int64_t first)
{
    batch these;
    int64_t left = list->blocks - first;
    these.count = left < LANES ? (int) left : LANES;
    for (int lane = 0; lane < LANES; lane++) {
        int64_t block = first + (lane < these.count ? lane : these.count - 1);
        these.x[lane] = list->x + block * list->elements;
        these.out[lane] = list->out + block * list->bytes;
        if (list->importance)
            these.importance[lane] =
                    list->importance + block % list->blocks_per_row * list->elements;
    }
    return these;
}

/* Vector i holds element at + i of every block. */
INLINE void load_lanes(const float *const from[LANES], int at, int count, vf *to)
{
    for (int i = 0; i < count; i += LANES) {
        vf rows[LANES];
        for (int lane = 0; lane < LANES; lane++)
            rows[lane] = load(from[lane] + at + i);
        transpose(rows, to + i);
    }
}

#endif
