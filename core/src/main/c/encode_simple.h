/*
 * Blocks of 32 (5): Q4_0, Q4_1, Q5_0, Q5_1, Q8_0.
 *
 * Extremes and searches have a block in each lane; codes are computed along the blocks.
 */
#ifndef ENCODE_SIMPLE_H
#define ENCODE_SIMPLE_H

/* Vectors along a block, and along half of it. */
enum { VECTORS = 32 / LANES, HALF = VECTORS / 2 };

/* The codes of a block, packed: fifth bits first if there are five, then nibbles. */
INLINE void store_codes(int bits, const vi *codes, uint8_t *out)
{
    if (bits == 5) {
        uint32_t fifth = 0;
        for (int v = 0; v < VECTORS; v++)
            fifth |= fifth_bits(codes[v]) << v * LANES;
        for (int i = 0; i < 4; i++)
            out[i] = (uint8_t) (fifth >> 8 * i);
        out += 4;
    }
    for (int v = 0; v < HALF; v++)
        store_bytes(out + v * LANES, nibbles(codes[v], codes[v + HALF]));
}

/* The smallest and the largest element of each block; which zero, if one is zero, is open. */
INLINE void find_ranges(const batch *these, vf *low, vf *high)
{
    vf lows[LANES], highs[LANES], across[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        lows[lane] = highs[lane] = load(these->x[lane]);
        for (int v = 1; v < VECTORS; v++) {
            vf x = load(these->x[lane] + v * LANES);
            lows[lane] = lesser(x, lows[lane]);
            highs[lane] = greater(x, highs[lane]);
        }
    }
    transpose(lows, across);
    *low = across[0];
    for (int i = 1; i < LANES; i++)
        *low = lesser(across[i], *low);
    transpose(highs, across);
    *high = across[0];
    for (int i = 1; i < LANES; i++)
        *high = greater(across[i], *high);
}

/* The first element whose magnitude is this; +0 if that is zero. */
INLINE float first_of_magnitude(const float *x, float size)
{
    for (int i = 0; i < 32 && size != 0; i++)
        if (x[i] == size || x[i] == -size)
            return x[i];
    return 0;
}

/*
 * Q4_0 and Q5_0 without importance.
 *
 * What is truncated lies within -1 ... 2N + 1 or is beyond all integers, where TR gives a number
 * whose low byte is 0: s8 changes nothing, and the order of it and min does not matter.
 */
INLINE void symmetric_batch(int bits, const batch *these)
{
    const int limit = 1 << (bits - 1);
    vf low, high;
    float extreme[LANES], inverse[LANES];
    uint16_t d_bits[LANES];
    find_ranges(these, &low, &high);
    vm higher = above(high, negated(low));
    store(extreme, pick(higher, high, low));
    /* Of equal magnitudes the first counts. */
    uint32_t ties = lane_bits(higher) ^ lane_bits(not_below(high, negated(low)));
    for (; ties; ties &= ties - 1) {
        int lane = __builtin_ctz(ties);
        extreme[lane] = first_of_magnitude(these->x[lane], extreme[lane]);
    }
    vf d = load(extreme) / all((float) -limit);
    store_halves(d_bits, d);
    store(inverse, zero_unless(differs(d, all(0)), all(1) / d));
    for (int lane = 0; lane < these->count; lane++) {
        vi codes[VECTORS];
        for (int v = 0; v < VECTORS; v++) {
            vf scaled = load(these->x[lane] + v * LANES) * all(inverse[lane]);
            codes[v] = at_most(truncated(scaled + all((float) limit + 0.5f)), 2 * limit - 1);
        }
        put16(these->out[lane], d_bits[lane]);
        store_codes(bits, codes, these->out[lane] + 2);
    }
}

/* Q4_1 and Q5_1 without importance; see there for what is truncated. */
INLINE void affine_batch(int bits, const batch *these)
{
    const int limit = (1 << bits) - 1;
    vf low, high;
    float lows[LANES], inverse[LANES];
    uint16_t d_bits[LANES], low_bits[LANES];
    find_ranges(these, &low, &high);
    store(lows, low);
    /* A zero has the sign of the first zero there is. */
    uint32_t zeros = ~lane_bits(differs(low, all(0))) & ((1u << LANES) - 1);
    for (; zeros; zeros &= zeros - 1) {
        int lane = __builtin_ctz(zeros), i = 0;
        while (these->x[lane][i] != 0)
            i++;
        lows[lane] = these->x[lane][i];
    }
    /* Equal zeros of different signs would make a difference of -0. */
    vf range = zero_unless(differs(high, low), high - low);
    vf d = range / all((float) limit);
    store_halves(d_bits, d);
    store_halves(low_bits, load(lows));
    store(inverse, zero_unless(differs(d, all(0)), all(1) / d));
    for (int lane = 0; lane < these->count; lane++) {
        vi codes[VECTORS];
        for (int v = 0; v < VECTORS; v++) {
            vf raised = load(these->x[lane] + v * LANES) - all(lows[lane]);
            codes[v] = at_most(truncated(raised * all(inverse[lane]) + all(0.5f)), limit);
        }
        put16(these->out[lane], d_bits[lane]);
        put16(these->out[lane] + 2, low_bits[lane]);
        store_codes(bits, codes, these->out[lane] + 4);
    }
}

/* The codes that a search found in a lane, as bytes. */
INLINE vi symmetric_codes(const float *x, float limit, float divisor, float base)
{
    symmetric_found found = {all(0), all(divisor), all(base)};
    return integers(symmetric_code(&found, load(x), limit));
}
INLINE vi affine_codes(const float *x, float limit, float divisor, float offset)
{
    return integers(nearest_between(all(divisor) * (load(x) - all(offset)), 0, limit));
}

/* Elements and weights of a batch; the spread is of the whole row that a block is in. */
INLINE void load_weighted(const batch *these, const float *spreads, int64_t first,
        int64_t blocks_per_row, vf *x, vf *w)
{
    float spread[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        int64_t block = first + (lane < these->count ? lane : these->count - 1);
        spread[lane] = spreads[block / blocks_per_row];
    }
    load_lanes(these->x, 0, 32, x);
    load_lanes(these->importance, 0, 32, w);
    weigh(32, x, load(spread), w);
}

INLINE void weighted_symmetric_batch(int bits, const batch *these, const vf *x, const vf *w)
{
    float limit = (float) (1 << (bits - 1));
    vi codes[VECTORS];
    float scale[LANES], divisor[LANES], base[LANES];
    symmetric_found found = symmetric_search(32, limit, x, w);
    store(scale, found.scale);
    store(divisor, found.divisor);
    store(base, found.base);
    for (int lane = 0; lane < these->count; lane++) {
        put_half(these->out[lane], scale[lane]);
        for (int v = 0; v < VECTORS; v++)
            codes[v] = symmetric_codes(these->x[lane] + v * LANES, limit, divisor[lane], base[lane]);
        store_codes(bits, codes, these->out[lane] + 2);
    }
}

INLINE void weighted_affine_batch(int bits, const batch *these, const affine_found *found)
{
    float limit = (float) ((1 << bits) - 1);
    vi codes[VECTORS];
    float scale[LANES], low[LANES], divisor[LANES], offset[LANES];
    store(scale, found->scale);
    store(low, found->low);
    store(divisor, found->divisor);
    store(offset, found->offset);
    for (int lane = 0; lane < these->count; lane++) {
        put_half(these->out[lane], scale[lane]);
        put_half(these->out[lane] + 2, low[lane]);
        for (int v = 0; v < VECTORS; v++)
            codes[v] = affine_codes(these->x[lane] + v * LANES, limit, divisor[lane], offset[lane]);
        store_codes(bits, codes, these->out[lane] + 4);
    }
}

INLINE void weighted_blocks(int bits, int affine, block_list list, int64_t rows, int32_t columns)
{
    enum { G = AFFINE_GROUPS };
    while (rows > 0) {
        int count = rows < LANES ? (int) rows : LANES;
        float spreads[LANES];
        row_spreads(list.x, count, columns, spreads);
        block_list here = list;
        here.blocks = count * list.blocks_per_row;
        for (int64_t first = 0; first < here.blocks; first += G * LANES) {
            batch these[G];
            vf x[G * 32], w[G * 32];
            for (int g = 0; g < G; g++) {
                int64_t at = first + g * LANES;
                /* A batch beyond the end repeats the one before it. */
                at = at < here.blocks ? at : first;
                these[g] = batch_at(&here, at);
                load_weighted(&these[g], spreads, at, here.blocks_per_row, x + 32 * g, w + 32 * g);
            }
            if (affine) {
                affine_found found[G];
                affine_search(32, (float) ((1 << bits) - 1), affine_with_importance, x, w, found);
                for (int g = 0; g < G; g++)
                    weighted_affine_batch(bits, &these[g], &found[g]);
            } else
                for (int g = 0; g < G; g++)
                    weighted_symmetric_batch(bits, &these[g], x + 32 * g, w + 32 * g);
        }
        list.x += (int64_t) count * columns;
        list.out += here.blocks * list.bytes;
        rows -= count;
    }
}

INLINE void encode_simple(int bits, int affine, const float *x, uint8_t *out, int64_t rows,
        int32_t columns, const float *importance)
{
    int bytes = (affine ? 4 : 2) + (bits == 5 ? 4 : 0) + 16;
    block_list list = list_blocks(x, out, rows, columns, importance, 32, bytes);
    if (importance) {
        weighted_blocks(bits, affine, list, rows, columns);
        return;
    }
    for (int64_t first = 0; first < list.blocks; first += LANES) {
        batch these = batch_at(&list, first);
        if (affine)
            affine_batch(bits, &these);
        else
            symmetric_batch(bits, &these);
    }
}

INLINE void encode_8_bit(const float *x, uint8_t *out, int64_t blocks)
{
    for (int64_t block = 0; block < blocks; block++, x += 32, out += 34) {
        vf top = magnitude(load(x));
        for (int v = 1; v < VECTORS; v++)
            top = greater(magnitude(load(x + v * LANES)), top);
        float d = largest(top) / 127;
        float inverse = d != 0 ? 1 / d : 0;
        put_half(out, d);
        for (int i = 0; i < 32; i += LANES) {
            vf scaled = load(x + i) * all(inverse);
            /* RHA, then TR: the largest float below one half, added away from zero. */
            vf rounded = scaled + with_sign(all(0x1.fffffep-2f), scaled);
            store_bytes(out + 2 + i, truncated(rounded));
        }
    }
}

#endif
