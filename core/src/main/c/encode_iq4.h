/* Codes into the codebook (7): IQ4_NL and IQ4_XS. Each lane searches a block or super-block. */
#ifndef ENCODE_IQ4_H
#define ENCODE_IQ4_H

/* The sixteen bytes of 32 elements. */
INLINE void store_codebook_codes(const float *x, float inverse, uint8_t *out)
{
    vi codes[VECTORS];
    for (int v = 0; v < VECTORS; v++)
        codes[v] = codebook_code(all(inverse) * load(x + v * LANES));
    store_codes(4, codes, out);
}

INLINE void encode_iq4_nl_batch(const batch *these, int important)
{
    vf x[32], w[32];
    float d[LANES];
    load_lanes(these->x, 0, 32, x);
    if (important) {
        load_lanes(these->importance, 0, 32, w);
        weigh(32, x, sum_of_squares(32, x) * all(0.0625f), w);
    } else
        squares(32, x, w);
    store(d, codebook_search(x, w));
    for (int lane = 0; lane < these->count; lane++) {
        put_half(these->out[lane], d[lane]);
        store_codebook_codes(these->x[lane], d[lane] != 0 ? 1 / d[lane] : 0,
                these->out[lane] + 2);
    }
}

INLINE void encode_iq4_xs_batch(const batch *these, int important)
{
    vf scale[8], spread = all(0);
    vf x[256], w[32];
    load_lanes(these->x, 0, 256, x);
    if (important)
        spread = sum_of_squares(256, x) * all(0.0078125f);
    for (int j = 0; j < 8; j++) {
        if (important) {
            load_lanes(these->importance, 32 * j, 32, w);
            weigh(32, x + 32 * j, spread, w);
        } else
            squares(32, x + 32 * j, w);
        scale[j] = codebook_search(x + 32 * j, w);
    }

    vf d = negated(extreme_of(8, scale)) / all(32);
    vf inverse = zero_unless(differs(d, all(0)), all(1) / d);
    float stored_d[LANES];
    lane_table levels, inverses;
    store(stored_d, d);
    for (int j = 0; j < 8; j++) {
        vf level = nearest_between(inverse * scale[j], -32, 31);
        vf sub_scale = d * level;
        keep(levels, j, level);
        keep(inverses, j, zero_unless(differs(sub_scale, all(0)), all(1) / sub_scale));
    }

    for (int lane = 0; lane < these->count; lane++) {
        uint8_t *out = these->out[lane];
        int high = 0;
        put_half(out, stored_d[lane]);
        memset(out + 4, 0, 4);
        for (int j = 0; j < 8; j++) {
            int u = (int) levels[j][lane] + 32;
            high |= u >> 4 << 2 * j;
            out[4 + j / 2] |= (uint8_t) ((u & 15) << j % 2 * 4);
            store_codebook_codes(these->x[lane] + 32 * j, inverses[j][lane], out + 8 + 16 * j);
        }
        put16(out + 2, (uint16_t) high);
    }
}

#endif
