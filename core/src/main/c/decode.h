/*
 * The decoders of all block types: ws_decode_<type>_<isa>.
 *
 * Plain loops: the compiler makes vectors of them, for the instruction set of the including
 * decode_<isa>.c. The layouts are those of docs/specs/quantization.md.
 */
#include "words.h"

#include "pack.h"

INLINE float half_at(const uint8_t *in) { return half_value((uint16_t) (in[0] | in[1] << 8)); }

INLINE uint32_t word_at(const uint8_t *in)
{
    return in[0] | (uint32_t) in[1] << 8 | (uint32_t) in[2] << 16 | (uint32_t) in[3] << 24;
}

/* 4 bits of each of 2n elements, from n bytes. */
INLINE void unpack_nibbles(int n, const uint8_t *in, uint8_t *codes)
{
    for (int j = 0; j < n; j++) {
        codes[j] = in[j] & 15;
        codes[j + n] = in[j] >> 4;
    }
}
INLINE void unpack_fifth_bits(const uint8_t *in, uint8_t *codes)
{
    uint32_t bits = word_at(in);
    for (int e = 0; e < 32; e++)
        codes[e] = (uint8_t) (codes[e] | (bits >> e & 1) << 4);
}
/* Two bits of each of 256 elements into bits `shift` and up. */
INLINE void unpack_two_bit_planes(int shift, const uint8_t *in, uint8_t *codes)
{
    for (int h = 0; h < 2; h++)
        for (int r = 0; r < 4; r++)
            for (int l = 0; l < 32; l++)
                codes[128 * h + 32 * r + l] = (uint8_t) (codes[128 * h + 32 * r + l]
                        | (in[32 * h + l] >> 2 * r & 3) << shift);
}
/* One bit of each of 256 elements into bit `shift`. */
INLINE void unpack_bit_planes(int shift, const uint8_t *in, uint8_t *codes)
{
    for (int plane = 0; plane < 8; plane++)
        for (int l = 0; l < 32; l++)
            codes[32 * plane + l] =
                    (uint8_t) (codes[32 * plane + l] | (in[l] >> plane & 1) << shift);
}

/* Q4_0 and Q5_0 */
INLINE void decode_symmetric(int bits, const uint8_t *in, float *y)
{
    uint8_t codes[32];
    float d = half_at(in);
    unpack_nibbles(16, in + (bits == 5 ? 6 : 2), codes);
    if (bits == 5)
        unpack_fifth_bits(in + 2, codes);
    for (int i = 0; i < 32; i++)
        y[i] = (float) ((int) codes[i] - (1 << (bits - 1))) * d;
}

/* Q4_1 and Q5_1 */
INLINE void decode_affine(int bits, const uint8_t *in, float *y)
{
    uint8_t codes[32];
    float d = half_at(in), offset = half_at(in + 2);
    unpack_nibbles(16, in + (bits == 5 ? 8 : 4), codes);
    if (bits == 5)
        unpack_fifth_bits(in + 4, codes);
    for (int i = 0; i < 32; i++)
        y[i] = (float) codes[i] * d + offset;
}

/* Q8_0 */
INLINE void decode_8_bit(const uint8_t *in, float *y)
{
    float d = half_at(in);
    for (int i = 0; i < 32; i++)
        y[i] = (float) (int8_t) in[2 + i] * d;
}

/* Q2_K */
INLINE void decode_q2_k_block(const uint8_t *in, float *y)
{
    uint8_t codes[256] = {0};
    float d = half_at(in + 80), d_min = half_at(in + 82);
    unpack_two_bit_planes(0, in + 16, codes);
    for (int j = 0; j < 16; j++) {
        float scale = d * (float) (in[j] & 15), minimum = d_min * (float) (in[j] >> 4);
        for (int i = 16 * j; i < 16 * j + 16; i++)
            y[i] = scale * (float) codes[i] - minimum;
    }
}

/* Q3_K */
INLINE void decode_q3_k_block(const uint8_t *in, float *y)
{
    uint8_t codes[256] = {0};
    float d = half_at(in + 108);
    unpack_two_bit_planes(0, in + 32, codes);
    unpack_bit_planes(2, in, codes);
    for (int j = 0; j < 16; j++) {
        float scale = d * (float) (six_bit_scale(in + 96, j) - 32);
        for (int i = 16 * j; i < 16 * j + 16; i++)
            y[i] = scale * (float) ((int) codes[i] - 4);
    }
}

/* Q4_K and Q5_K */
INLINE void decode_pairs(int bits, const uint8_t *in, float *y)
{
    uint8_t codes[256];
    float d = half_at(in), d_min = half_at(in + 2);
    for (int plane = 0; plane < 4; plane++)
        unpack_nibbles(32, in + (bits == 5 ? 48 : 16) + 32 * plane, codes + 64 * plane);
    if (bits == 5)
        unpack_bit_planes(4, in + 16, codes);
    for (int j = 0; j < 8; j++) {
        float scale = d * (float) pair_scale(in + 4, j);
        float minimum = d_min * (float) pair_minimum(in + 4, j);
        for (int i = 32 * j; i < 32 * j + 32; i++)
            y[i] = scale * (float) codes[i] - minimum;
    }
}

/* Q6_K */
INLINE void decode_q6_k_block(const uint8_t *in, float *y)
{
    uint8_t codes[256];
    float d = half_at(in + 208);
    unpack_nibbles(64, in, codes);
    unpack_nibbles(64, in + 64, codes + 128);
    unpack_two_bit_planes(4, in + 128, codes);
    for (int j = 0; j < 16; j++) {
        float scale = d * (float) (int8_t) in[192 + j];
        for (int i = 16 * j; i < 16 * j + 16; i++)
            y[i] = scale * (float) ((int) codes[i] - 32);
    }
}

/* 32 elements of IQ4_NL and IQ4_XS */
INLINE void decode_codebook(float scale, const uint8_t *in, float *y)
{
    uint8_t codes[32];
    unpack_nibbles(16, in, codes);
    for (int i = 0; i < 32; i += LANES)
        store(y + i, all(scale) * level_of(load_bytes(codes + i)));
}

/* IQ4_XS */
INLINE void decode_iq4_xs_block(const uint8_t *in, float *y)
{
    float d = half_at(in);
    int high = in[2] | in[3] << 8;
    for (int j = 0; j < 8; j++) {
        int u = (in[4 + j / 2] >> j % 2 * 4 & 15) | (high >> 2 * j & 3) << 4;
        decode_codebook(d * (float) (u - 32), in + 8 + 16 * j, y + 32 * j);
    }
}

#define DECODER(type, elements, bytes, block)                                                    \
    void NAME(decode_##type)(const uint8_t *in, float *y, int64_t rows, int32_t columns)         \
    {                                                                                            \
        int64_t blocks = rows * (columns / elements);                                            \
        EXACTLY(for (; blocks > 0; blocks--, in += bytes, y += elements) block);                 \
    }

DECODER(q4_0, 32, 18, decode_symmetric(4, in, y))
DECODER(q4_1, 32, 20, decode_affine(4, in, y))
DECODER(q5_0, 32, 22, decode_symmetric(5, in, y))
DECODER(q5_1, 32, 24, decode_affine(5, in, y))
DECODER(q8_0, 32, 34, decode_8_bit(in, y))
DECODER(q2_k, 256, 84, decode_q2_k_block(in, y))
DECODER(q3_k, 256, 110, decode_q3_k_block(in, y))
DECODER(q4_k, 256, 144, decode_pairs(4, in, y))
DECODER(q5_k, 256, 176, decode_pairs(5, in, y))
DECODER(q6_k, 256, 210, decode_q6_k_block(in, y))
DECODER(iq4_nl, 32, 18, decode_codebook(half_at(in), in + 2, y))
DECODER(iq4_xs, 256, 136, decode_iq4_xs_block(in, y))
