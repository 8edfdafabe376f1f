/* Sixteen lanes of AVX-512. The words are explained in words.h. */
#ifndef VEC_AVX512_H
#define VEC_AVX512_H

#include <immintrin.h>
#include <stdint.h>

#include "codebook.h"

#define LANES 16
#define NAME(operation) ws_##operation##_avx512

typedef __m512 vf;
typedef __m512i vi;
typedef __mmask16 vm;

static inline vf all(float value) { return _mm512_set1_ps(value); }
static inline vf load(const float *from) { return _mm512_loadu_ps(from); }
static inline void store(float *to, vf v) { _mm512_storeu_ps(to, v); }

static inline vm below(vf a, vf b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
static inline vm differs(vf a, vf b) { return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ); }
static inline vm not_below(vf a, vf b) { return _mm512_cmp_ps_mask(a, b, _CMP_NLT_UQ); }
static inline vm both(vm a, vm b) { return a & b; }
static inline vm either(vm a, vm b) { return a | b; }
static inline int any(vm m) { return m != 0; }
static inline uint32_t lane_bits(vm m) { return m; }
static inline vf pick(vm m, vf yes, vf no) { return _mm512_mask_blend_ps(m, no, yes); }

static inline vf lesser(vf a, vf b) { return _mm512_min_ps(a, b); }
static inline vf greater(vf a, vf b) { return _mm512_max_ps(a, b); }
static inline vf magnitude(vf v) { return _mm512_abs_ps(v); }
static inline vf negated(vf v) { return _mm512_xor_ps(v, all(-0.0f)); }
static inline vf with_sign(vf v, vf sign)
{
    __m512i bits = _mm512_ternarylogic_epi32(_mm512_set1_epi32((int) 0x80000000u),
            _mm512_castps_si512(sign), _mm512_castps_si512(v), 0xCA);
    return _mm512_castsi512_ps(bits);
}
static inline vf root(vf v) { return _mm512_sqrt_ps(v); }
static inline vf fused(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }

static inline float largest(vf v) { return _mm512_reduce_max_ps(v); }
static inline float smallest(vf v) { return _mm512_reduce_min_ps(v); }

/* (bits AND 0x007FFFFF) OR 0x4B000000 */
static inline vf low_mantissa(vf v)
{
    __m512i bits = _mm512_ternarylogic_epi32(_mm512_castps_si512(v),
            _mm512_set1_epi32(0x007FFFFF), _mm512_set1_epi32(0x4B000000), 0xEA);
    return _mm512_castsi512_ps(bits);
}

static inline vi truncated(vf v) { return _mm512_cvttps_epi32(v); }
static inline vi integers(vf v) { return _mm512_cvtps_epi32(v); }
static inline vf floats(vi v) { return _mm512_cvtepi32_ps(v); }
static inline vi low_bytes(vi v) { return _mm512_and_si512(v, _mm512_set1_epi32(0xFF)); }
static inline vi signed_bytes(vi v)
{
    return _mm512_srai_epi32(_mm512_slli_epi32(v, 24), 24);
}
static inline vi at_most(vi v, int high) { return _mm512_min_epi32(v, _mm512_set1_epi32(high)); }
static inline void store_bytes(uint8_t *to, vi v)
{
    _mm_storeu_si128((__m128i *) to, _mm512_cvtepi32_epi8(v));
}

static inline vf load_halves(const uint16_t *from)
{
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *) from));
}
static inline void store_halves(uint16_t *to, vf v)
{
    __m256i bits = _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT);
    /* The instruction keeps the payloads of NaNs, the format does not. */
    __mmask16 nan = _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q);
    __m256i quiet = _mm256_and_si256(bits, _mm256_set1_epi16((short) 0x8000));
    quiet = _mm256_or_si256(quiet, _mm256_set1_epi16(0x7E00));
    _mm256_storeu_si256((__m256i *) to, _mm256_mask_blend_epi16(nan, bits, quiet));
}

static inline vf load_bf16(const uint16_t *from)
{
    __m256i bits = _mm256_loadu_si256((const __m256i *) from);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}
static inline void store_bf16(uint16_t *to, vf v)
{
    __m512i bits = _mm512_castps_si512(v), upper = _mm512_srli_epi32(bits, 16);
    __m512i odd = _mm512_and_si512(upper, _mm512_set1_epi32(1));
    __m512i half = _mm512_add_epi32(odd, _mm512_set1_epi32(0x7FFF));
    __m512i rounded = _mm512_srli_epi32(_mm512_add_epi32(bits, half), 16);
    __mmask16 nan = _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q);
    rounded = _mm512_mask_or_epi32(rounded, nan, upper, _mm512_set1_epi32(0x40));
    _mm256_storeu_si256((__m256i *) to, _mm512_cvtepi32_epi16(rounded));
}

static inline vi load_bytes(const uint8_t *from)
{
    return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *) from));
}

/* Only the lowest four bits of a code count. */
static inline vf level_of(vi code) { return _mm512_permutexvar_ps(code, load(codebook)); }
static inline vi codebook_code(vf v)
{
    v = greater(lesser(v, all(113)), all(-127));
    /* Midpoints lie nowhere near the borders of cells: it does not matter how this is rounded. */
    vf cell = _mm512_fmadd_ps(v, all(0.125f), all(12582912.0f + 16));
    __m512i entry = _mm512_permutex2var_epi32(_mm512_loadu_si512(codebook_cells),
            _mm512_castps_si512(cell), _mm512_loadu_si512(codebook_cells + 16));
    vf midpoint = _mm512_castsi512_ps(_mm512_and_si512(entry, _mm512_set1_epi32(~15)));
    return _mm512_mask_add_epi32(entry, not_below(v, midpoint), entry, _mm512_set1_epi32(1));
}
static inline vf codebook_level(vf v) { return level_of(codebook_code(v)); }

static inline void transpose(const vf *rows, vf *columns)
{
    __m512 a[16], b[16];
    for (int i = 0; i < 16; i += 2) {
        b[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
        b[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
    }
    for (int i = 0; i < 16; i += 4)
        for (int k = 0; k < 2; k++) {
            __m512d low = _mm512_castps_pd(b[i + k]), high = _mm512_castps_pd(b[i + k + 2]);
            a[i + 2 * k] = _mm512_castpd_ps(_mm512_unpacklo_pd(low, high));
            a[i + 2 * k + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low, high));
        }
    /* Now a[4g + c] holds columns c, c+4, c+8, c+12 of rows 4g to 4g+3. */
    for (int c = 0; c < 4; c++) {
        __m512 even01 = _mm512_shuffle_f32x4(a[c], a[4 + c], 0x88);
        __m512 odd01 = _mm512_shuffle_f32x4(a[c], a[4 + c], 0xDD);
        __m512 even23 = _mm512_shuffle_f32x4(a[8 + c], a[12 + c], 0x88);
        __m512 odd23 = _mm512_shuffle_f32x4(a[8 + c], a[12 + c], 0xDD);
        columns[c] = _mm512_shuffle_f32x4(even01, even23, 0x88);
        columns[c + 8] = _mm512_shuffle_f32x4(even01, even23, 0xDD);
        columns[c + 4] = _mm512_shuffle_f32x4(odd01, odd23, 0x88);
        columns[c + 12] = _mm512_shuffle_f32x4(odd01, odd23, 0xDD);
    }
}

/* Bit 4 of every lane. */
static inline uint32_t fifth_bits(vi v)
{
    return _mm512_test_epi32_mask(v, _mm512_set1_epi32(16));
}
static inline vi nibbles(vi low, vi high)
{
    vi four = _mm512_set1_epi32(15);
    return _mm512_or_si512(_mm512_and_si512(low, four),
            _mm512_slli_epi32(_mm512_and_si512(high, four), 4));
}

#include "vec_x86.h"

#endif
