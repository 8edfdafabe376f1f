/* From one code per byte to what is stored. */
#ifndef PACK_H
#define PACK_H

#include <string.h>

INLINE void put16(uint8_t *out, uint16_t bits)
{
    out[0] = (uint8_t) bits;
    out[1] = (uint8_t) (bits >> 8);
}

/* Stores binary16 and gives what was stored as a float. */
INLINE float put_half(uint8_t *out, float value)
{
    uint16_t bits = half_bits(value);
    put16(out, bits);
    return half_value(bits);
}

/* Element j in the low half of byte j, element j + n in its high half. */
INLINE void pack_nibbles(int n, const uint8_t *codes, uint8_t *out)
{
    for (int j = 0; j < n; j++)
        out[j] = (uint8_t) ((codes[j] & 15) | codes[j + n] << 4);
}

/* Bits shift and shift + 1 of element 128h + 32r + l in bits 2r and 2r + 1 of byte 32h + l. */
INLINE void pack_two_bit_planes(int shift, const uint8_t *codes, uint8_t *out)
{
    for (int h = 0; h < 2; h++)
        for (int l = 0; l < 32; l++) {
            const uint8_t *c = codes + 128 * h + l;
            out[32 * h + l] = (uint8_t) ((c[0] >> shift & 3) | (c[32] >> shift & 3) << 2
                    | (c[64] >> shift & 3) << 4 | (c[96] >> shift & 3) << 6);
        }
}

/* Bit `shift` of element e in bit e/32 of byte e mod 32. */
INLINE void pack_bit_planes(int shift, const uint8_t *codes, uint8_t *out)
{
    for (int l = 0; l < 32; l++) {
        int bits = 0;
        for (int plane = 0; plane < 8; plane++)
            bits |= (codes[32 * plane + l] >> shift & 1) << plane;
        out[l] = (uint8_t) bits;
    }
}

/* Eight scale codes and eight minimum codes in twelve bytes. */
INLINE void pack_pairs(const uint8_t *scales, const uint8_t *minimums, uint8_t *out)
{
    for (int j = 0; j < 4; j++) {
        out[j] = scales[j];
        out[j + 4] = minimums[j];
    }
    for (int j = 4; j < 8; j++) {
        out[j + 4] = (uint8_t) ((scales[j] & 15) | (minimums[j] & 15) << 4);
        out[j - 4] |= (uint8_t) ((scales[j] >> 4) << 6);
        out[j] |= (uint8_t) ((minimums[j] >> 4) << 6);
    }
}
INLINE int pair_scale(const uint8_t *in, int j)
{
    return j < 4 ? in[j] & 63 : (in[j + 4] & 15) | (in[j - 4] >> 6) << 4;
}
INLINE int pair_minimum(const uint8_t *in, int j)
{
    return j < 4 ? in[j + 4] & 63 : in[j + 4] >> 4 | (in[j] >> 6) << 4;
}

/* Sixteen codes 0 ... 63 in twelve bytes. */
INLINE void pack_six_bit_scales(const uint8_t *codes, uint8_t *out)
{
    for (int j = 0; j < 8; j++)
        out[j] = (uint8_t) ((codes[j] & 15) | codes[j + 8] << 4);
    for (int j = 0; j < 4; j++)
        out[8 + j] = (uint8_t) (codes[j] >> 4 | codes[j + 4] >> 4 << 2 | codes[j + 8] >> 4 << 4
                | codes[j + 12] >> 4 << 6);
}
INLINE int six_bit_scale(const uint8_t *in, int j)
{
    return (in[j % 8] >> j / 8 * 4 & 15) | (in[8 + j % 4] >> j / 4 * 2 & 3) << 4;
}

#endif
