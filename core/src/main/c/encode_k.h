/*
 * Super-blocks of 256 (6): Q2_K, Q3_K, Q4_K, Q5_K, Q6_K. Each lane holds a super-block, in every
 * stage but the last: codes are computed anew and packed along the elements.
 */
#ifndef ENCODE_K_H
#define ENCODE_K_H

/* Numbers of one kind from every sub-block, for every lane. */
typedef float lane_table[16][LANES];

INLINE void keep(lane_table table, int j, vf v) { store(table[j], v); }

/* Codes from stored scales, along n elements. The searched codes stay where scale is 0. */
INLINE void requantize_affine(int n, const float *x, float scale, float minimum, float limit,
        float divisor, float offset, uint8_t *codes)
{
    for (int i = 0; i < n; i += LANES) {
        if (scale != 0) {
            vf c = nearest_between((load(x + i) + all(minimum)) / all(scale), 0, limit);
            store_bytes(codes + i, integers(c));
        } else
            store_bytes(codes + i, affine_codes(x + i, limit, divisor, offset));
    }
}

/* 16 or 8 sub-blocks of 16 or 32 elements with scales and minimums. */
typedef struct {
    vf scale[16], minimum[16], weight[16];
    lane_table divisor, offset;
} affine_subs;

/* The searches of a batch, and with importance the sums of the weights. */
INLINE void search_affine_subs(int n, float limit, affine_tries plain, float spread_factor,
        const batch *these, int important, affine_subs *subs)
{
    enum { G = AFFINE_GROUPS };
    vf x[256];
    load_lanes(these->x, 0, 256, x);
    vf spread = all(0);
    if (important)
        spread = (all(spread_factor) * sum_of_squares(256, x)) * all(1 / 256.0f);
    for (int j = 0; j < 256 / n; j += G) {
        vf w[G * 32];
        affine_found found[G];
        for (int g = 0; g < G; g++) {
            const vf *xs = x + (j + g) * n;
            vf *ws = w + g * n;
            if (important) {
                load_lanes(these->importance, (j + g) * n, n, ws);
                weigh(n, xs, spread, ws);
                subs->weight[j + g] = sum_of(n, ws);
            } else if (n == 16)
                magnitudes(n, xs, ws);
            else
                raised_magnitudes(n, xs, ws);
        }
        if (important)
            affine_search(n, limit, affine_with_importance, x + j * n, w, found);
        else
            affine_search(n, limit, plain, x + j * n, w, found);
        for (int g = 0; g < G; g++) {
            subs->scale[j + g] = found[g].scale;
            subs->minimum[j + g] = negated(found[g].low);
            keep(subs->divisor, j + g, found[g].divisor);
            keep(subs->offset, j + g, found[g].offset);
        }
    }
}

/* Q2_K, one batch. */
INLINE void encode_q2_k_batch(const batch *these, int important)
{
    static const affine_tries plain = {-0.5f, 0.1f, 15, 1};
    affine_subs subs;
    search_affine_subs(16, 3, plain, 1, these, important, &subs);

    lane_table scale_code, minimum_code;
    float d[LANES], d_min[LANES];
    vf code[16];
    if (important) {
        store(d, positive_search(16, 15, subs.scale, subs.weight, code));
        for (int j = 0; j < 16; j++)
            keep(scale_code, j, code[j]);
        store(d_min, positive_search(16, 15, subs.minimum, subs.weight, code));
        for (int j = 0; j < 16; j++)
            keep(minimum_code, j, code[j]);
    } else {
        vf scale = positive_of(16, subs.scale), minimum = positive_of(16, subs.minimum);
        vf to_scale = zero_unless(above(scale, all(0)), all(15) / scale);
        vf to_minimum = zero_unless(above(minimum, all(0)), all(15) / minimum);
        store(d, scale / all(15));
        store(d_min, minimum / all(15));
        for (int j = 0; j < 16; j++) {
            keep(scale_code, j, nearest(to_scale * subs.scale[j]));
            keep(minimum_code, j, nearest(to_minimum * subs.minimum[j]));
        }
    }

    for (int lane = 0; lane < these->count; lane++) {
        uint8_t *out = these->out[lane];
        uint8_t codes[256];
        float stored_d = put_half(out + 80, d[lane]);
        float stored_min = put_half(out + 82, d_min[lane]);
        for (int j = 0; j < 16; j++) {
            int pair = ((int) scale_code[j][lane] & 0xFF)
                    | (int) ((unsigned) (int) minimum_code[j][lane] << 4);
            out[j] = (uint8_t) pair;
            requantize_affine(16, these->x[lane] + 16 * j, stored_d * (float) (out[j] & 15),
                    stored_min * (float) (out[j] >> 4), 3, subs.divisor[j][lane],
                    subs.offset[j][lane], codes + 16 * j);
        }
        pack_two_bit_planes(0, codes, out + 16);
    }
}

/* min(63, u8(NI(v))) */
INLINE vf pair_code(vf v) { return lesser(low_byte(nearest(v)), all(63)); }

/* Q4_K and Q5_K, one batch. */
INLINE void encode_pairs_batch(int bits, const batch *these, int important)
{
    static const affine_tries plain4 = {-1, 0.1f, 20, 0}, plain5 = {-0.5f, 0.1f, 15, 0};
    const float limit = (float) ((1 << bits) - 1);
    affine_subs subs;
    search_affine_subs(32, limit, bits == 4 ? plain4 : plain5, 2, these, important, &subs);

    lane_table scale_code, minimum_code;
    float d[LANES], d_min[LANES];
    vf code[8];
    if (important) {
        /* Only Q5_K limits what the search found. */
        float most = bits == 5 ? 63 : 255;
        store(d, positive_search(8, 63, subs.scale, subs.weight, code));
        for (int j = 0; j < 8; j++)
            keep(scale_code, j, lesser(code[j], all(most)));
        store(d_min, positive_search(8, 63, subs.minimum, subs.weight, code));
        for (int j = 0; j < 8; j++)
            keep(minimum_code, j, lesser(code[j], all(most)));
    } else {
        vf scale = positive_of(8, subs.scale), minimum = positive_of(8, subs.minimum);
        vf to_scale = zero_unless(above(scale, all(0)), all(63) / scale);
        vf to_minimum = zero_unless(above(minimum, all(0)), all(63) / minimum);
        store(d, scale / all(63));
        store(d_min, minimum / all(63));
        for (int j = 0; j < 8; j++) {
            keep(scale_code, j, pair_code(to_scale * subs.scale[j]));
            keep(minimum_code, j, pair_code(to_minimum * subs.minimum[j]));
        }
    }

    for (int lane = 0; lane < these->count; lane++) {
        uint8_t *out = these->out[lane];
        uint8_t codes[256], scales[8], minimums[8];
        float stored_d = put_half(out, d[lane]);
        float stored_min = put_half(out + 2, d_min[lane]);
        for (int j = 0; j < 8; j++) {
            scales[j] = (uint8_t) scale_code[j][lane];
            minimums[j] = (uint8_t) minimum_code[j][lane];
        }
        pack_pairs(scales, minimums, out + 4);
        for (int j = 0; j < 8; j++)
            requantize_affine(32, these->x[lane] + 32 * j,
                    stored_d * (float) pair_scale(out + 4, j),
                    stored_min * (float) pair_minimum(out + 4, j), limit, subs.divisor[j][lane],
                    subs.offset[j][lane], codes + 32 * j);
        out += 16;
        if (bits == 5) {
            pack_bit_planes(4, codes, out);
            out += 32;
        }
        for (int plane = 0; plane < 4; plane++)
            pack_nibbles(32, codes + 64 * plane, out + 32 * plane);
    }
}

/* Codes from stored scales, along 16 elements; returns whether there were any to compute. */
INLINE int requantize_symmetric(const float *x, float scale, float limit, uint8_t *codes)
{
    if (!(scale != 0))
        return 0;
    for (int i = 0; i < 16; i += LANES) {
        vf level = nearest_between(load(x + i) / all(scale), -limit, limit - 1);
        store_bytes(codes + i, integers(level + all(limit)));
    }
    return 1;
}

/* The codes that SYM found. */
INLINE void store_searched(const float *x, float limit, float divisor, float base, uint8_t *codes)
{
    for (int i = 0; i < 16; i += LANES)
        store_bytes(codes + i, symmetric_codes(x + i, limit, divisor, base));
}

/* Q3_K: what the two ways to search leave for packing. */
typedef struct {
    float d[LANES];
    lane_table scale_code;  /* u */
} q3_scales;

INLINE void store_q3_k(const batch *these, int lane, const q3_scales *scales, uint8_t *codes,
        const uint8_t (*searched)[16])
{
    uint8_t *out = these->out[lane];
    uint8_t u[16];
    float d = put_half(out + 108, scales->d[lane]);
    for (int j = 0; j < 16; j++) {
        u[j] = (uint8_t) scales->scale_code[j][lane];
        if (!requantize_symmetric(these->x[lane] + 16 * j, d * (float) (u[j] - 32), 4,
                    codes + 16 * j))
            memcpy(codes + 16 * j, searched[j], 16);
    }
    pack_six_bit_scales(u, out + 96);
    pack_bit_planes(2, codes, out);
    pack_two_bit_planes(0, codes, out + 32);
}

INLINE void encode_q3_k_batch(const batch *these)
{
    enum { G = DESCENT_GROUPS };
    vf scale[16];
    vf x[256], code[256];
    q3_scales scales;
    load_lanes(these->x, 0, 256, x);
    for (int j = 0; j < 16; j += G)
        descent_search(16, 4, x + 16 * j, code + 16 * j, scale + j);

    vf chosen = extreme_of(16, scale);
    vm some = differs(chosen, all(0));
    vf factor = all(-32) / chosen;
    store(scales.d, zero_unless(some, all(1) / factor));
    for (int j = 0; j < 16; j++) {
        vf level = floats(signed_bytes(integers(nearest(factor * scale[j]))));
        level = lesser(greater(level, all(-32)), all(31)) + all(32);
        keep(scales.scale_code, j, zero_unless(some, level));
    }

    for (int lane = 0; lane < these->count; lane++) {
        uint8_t codes[256], searched[16][16];
        for (int j = 0; j < 16; j++)
            for (int i = 0; i < 16; i++)
                searched[j][i] = (uint8_t) ((const float *) &code[16 * j + i])[lane];
        store_q3_k(these, lane, &scales, codes, (const uint8_t (*)[16]) searched);
    }
}

/* Sixteen SYM searches of 16 elements. */
typedef struct {
    vf scale[16], weight[16];
    lane_table divisor, base;
} symmetric_subs;

/* Q3_K with importance. */
INLINE void encode_weighted_q3_k_batch(const batch *these)
{
    symmetric_subs subs;
    vf x[256];
    load_lanes(these->x, 0, 256, x);
    vf spread = (all(2) * sum_of_squares(256, x)) * all(1 / 256.0f);
    for (int j = 0; j < 16; j++) {
        vf w[16];
        load_lanes(these->importance, 16 * j, 16, w);
        weigh(16, x + 16 * j, spread, w);
        subs.weight[j] = sum_of(16, w);
        symmetric_found found = symmetric_search(16, 4, x + 16 * j, w);
        subs.scale[j] = found.scale;
        keep(subs.divisor, j, found.divisor);
        keep(subs.base, j, found.base);
    }
    q3_scales scales;
    symmetric_found outer = symmetric_search(16, 32, subs.scale, subs.weight);
    store(scales.d, outer.scale);
    for (int j = 0; j < 16; j++)
        keep(scales.scale_code, j, symmetric_code(&outer, subs.scale[j], 32));

    for (int lane = 0; lane < these->count; lane++) {
        uint8_t codes[256], searched[16][16];
        for (int j = 0; j < 16; j++)
            store_searched(these->x[lane] + 16 * j, 4, subs.divisor[j][lane], subs.base[j][lane],
                    searched[j]);
        store_q3_k(these, lane, &scales, codes, (const uint8_t (*)[16]) searched);
    }
}

/* Q6_K; its weights are the importance itself, or the squares. */
INLINE void encode_q6_k_batch(const batch *these, int important)
{
    symmetric_subs subs;
    for (int j = 0; j < 16; j++) {
        vf x[16], w[16];
        load_lanes(these->x, 16 * j, 16, x);
        if (important)
            load_lanes(these->importance, 16 * j, 16, w);
        else
            squares(16, x, w);
        symmetric_found found = symmetric_search(16, 32, x, w);
        subs.scale[j] = found.scale;
        keep(subs.divisor, j, found.divisor);
        keep(subs.base, j, found.base);
    }
    vf chosen = extreme_of(16, subs.scale);
    vf factor = all(-128) / chosen;
    float d[LANES], size[LANES];
    store(d, all(1) / factor);
    store(size, magnitude(chosen));
    lane_table scale_code;
    for (int j = 0; j < 16; j++) {
        vf level = lesser(nearest(factor * subs.scale[j]), all(127));
        keep(scale_code, j, floats(signed_bytes(integers(level))));
    }

    for (int lane = 0; lane < these->count; lane++) {
        uint8_t *out = these->out[lane];
        uint8_t codes[256];
        if (size[lane] < EPSILON) {
            memset(out, 0, 210);
            continue;
        }
        float stored_d = put_half(out + 208, d[lane]);
        for (int j = 0; j < 16; j++) {
            const float *x = these->x[lane] + 16 * j;
            out[192 + j] = (uint8_t) (int8_t) scale_code[j][lane];
            if (!requantize_symmetric(x, stored_d * scale_code[j][lane], 32, codes + 16 * j))
                store_searched(x, 32, subs.divisor[j][lane], subs.base[j][lane], codes + 16 * j);
        }
        pack_nibbles(64, codes, out);
        pack_nibbles(64, codes + 128, out + 64);
        pack_two_bit_planes(4, codes, out + 128);
    }
}

#endif
