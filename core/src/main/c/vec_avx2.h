/* Eight lanes of AVX2. The words are explained in words.h. */
#ifndef VEC_AVX2_H
#define VEC_AVX2_H

#include <immintrin.h>
#include <stdint.h>

#include "codebook.h"

#define LANES 8
#define NAME(operation) ws_##operation##_avx2

typedef __m256 vf;
typedef __m256i vi;
typedef __m256 vm;

static inline vf all(float value) { return _mm256_set1_ps(value); }
static inline vf load(const float *from) { return _mm256_loadu_ps(from); }
static inline void store(float *to, vf v) { _mm256_storeu_ps(to, v); }

static inline vm below(vf a, vf b) { return _mm256_cmp_ps(a, b, _CMP_LT_OQ); }
static inline vm differs(vf a, vf b) { return _mm256_cmp_ps(a, b, _CMP_NEQ_UQ); }
static inline vm not_below(vf a, vf b) { return _mm256_cmp_ps(a, b, _CMP_NLT_UQ); }
static inline vm both(vm a, vm b) { return _mm256_and_ps(a, b); }
static inline vm either(vm a, vm b) { return _mm256_or_ps(a, b); }
static inline uint32_t lane_bits(vm m) { return (uint32_t) _mm256_movemask_ps(m); }
static inline int any(vm m) { return lane_bits(m) != 0; }
static inline vf pick(vm m, vf yes, vf no) { return _mm256_blendv_ps(no, yes, m); }

static inline vf lesser(vf a, vf b) { return _mm256_min_ps(a, b); }
static inline vf greater(vf a, vf b) { return _mm256_max_ps(a, b); }
static inline vf magnitude(vf v) { return _mm256_andnot_ps(all(-0.0f), v); }
static inline vf negated(vf v) { return _mm256_xor_ps(v, all(-0.0f)); }
static inline vf with_sign(vf v, vf sign)
{
    return _mm256_or_ps(v, _mm256_and_ps(all(-0.0f), sign));
}
static inline vf root(vf v) { return _mm256_sqrt_ps(v); }
static inline vf fused(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }

static inline float largest(vf v)
{
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}
static inline float smallest(vf v)
{
    __m128 four = _mm_min_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    __m128 two = _mm_min_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_min_ss(two, _mm_shuffle_ps(two, two, 1)));
}

static inline vf low_mantissa(vf v)
{
    __m256 low = _mm256_and_ps(v, _mm256_castsi256_ps(_mm256_set1_epi32(0x007FFFFF)));
    return _mm256_or_ps(low, _mm256_castsi256_ps(_mm256_set1_epi32(0x4B000000)));
}

static inline vi truncated(vf v) { return _mm256_cvttps_epi32(v); }
static inline vi integers(vf v) { return _mm256_cvtps_epi32(v); }
static inline vf floats(vi v) { return _mm256_cvtepi32_ps(v); }
static inline vi low_bytes(vi v) { return _mm256_and_si256(v, _mm256_set1_epi32(0xFF)); }
static inline vi signed_bytes(vi v)
{
    return _mm256_srai_epi32(_mm256_slli_epi32(v, 24), 24);
}
static inline vi at_most(vi v, int high) { return _mm256_min_epi32(v, _mm256_set1_epi32(high)); }
static inline void store_bytes(uint8_t *to, vi v)
{
    const __m256i lowest = _mm256_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
            -1, -1, 0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    __m256i bytes = _mm256_shuffle_epi8(v, lowest);
    __m128i eight = _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes),
            _mm256_extracti128_si256(bytes, 1));
    _mm_storel_epi64((__m128i *) to, eight);
}

static inline vf load_halves(const uint16_t *from)
{
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *) from));
}
static inline void store_halves(uint16_t *to, vf v)
{
    __m128i bits = _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT);
    /* The instruction keeps the payloads of NaNs, the format does not. */
    vm nan = _mm256_cmp_ps(v, v, _CMP_UNORD_Q);
    if (any(nan)) {
        __m256i wide = _mm256_castps_si256(nan);
        __m128i which = _mm_packs_epi32(_mm256_castsi256_si128(wide),
                _mm256_extracti128_si256(wide, 1));
        __m128i quiet = _mm_or_si128(_mm_and_si128(bits, _mm_set1_epi16((short) 0x8000)),
                _mm_set1_epi16(0x7E00));
        bits = _mm_blendv_epi8(bits, quiet, which);
    }
    _mm_storeu_si128((__m128i *) to, bits);
}

static inline vf load_bf16(const uint16_t *from)
{
    __m128i bits = _mm_loadu_si128((const __m128i *) from);
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
}
static inline void store_bf16(uint16_t *to, vf v)
{
    __m256i bits = _mm256_castps_si256(v), upper = _mm256_srli_epi32(bits, 16);
    __m256i odd = _mm256_and_si256(upper, _mm256_set1_epi32(1));
    __m256i half = _mm256_add_epi32(odd, _mm256_set1_epi32(0x7FFF));
    __m256i rounded = _mm256_srli_epi32(_mm256_add_epi32(bits, half), 16);
    __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q));
    __m256i quiet = _mm256_or_si256(upper, _mm256_set1_epi32(0x40));
    rounded = _mm256_blendv_epi8(rounded, quiet, nan);
    _mm_storeu_si128((__m128i *) to, _mm_packus_epi32(_mm256_castsi256_si128(rounded),
            _mm256_extracti128_si256(rounded, 1)));
}

static inline vi load_bytes(const uint8_t *from)
{
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *) from));
}
/* Only the lowest four bits of a code count. */
static inline vf level_of(vi code)
{
    vf low = _mm256_permutevar8x32_ps(load(codebook), code);
    vf high = _mm256_permutevar8x32_ps(load(codebook + 8), code);
    return pick(_mm256_castsi256_ps(_mm256_slli_epi32(code, 28)), high, low);
}

/*
 * Three steps of a search among the midpoints, whose outcome is an index from 0 to 7, then a last
 * step between the even code and the odd one after it.
 */
static inline vi codebook_pair(vf v)
{
    const __m256 second = _mm256_setr_ps(-57, 0, 0, 0, 45.5f, 0, 0, 0);
    const __m256 third = _mm256_setr_ps(-93.5f, 0, -28.5f, 0, 19, 0, 79, 0);
    __m256i index = _mm256_and_si256(_mm256_castps_si256(not_below(v, all(-4.5f))),
            _mm256_set1_epi32(4));
    vm step = not_below(v, _mm256_permutevar8x32_ps(second, index));
    index = _mm256_or_si256(index,
            _mm256_and_si256(_mm256_castps_si256(step), _mm256_set1_epi32(2)));
    step = not_below(v, _mm256_permutevar8x32_ps(third, index));
    return _mm256_sub_epi32(index, _mm256_castps_si256(step));
}
static inline vm codebook_odd(vf v, vi pair)
{
    const __m256 last = _mm256_setr_ps(-115.5f, -74, -42, -16, 7, 31.5f, 61, 101);
    return not_below(v, _mm256_permutevar8x32_ps(last, pair));
}
static inline vi codebook_code(vf v)
{
    __m256i pair = codebook_pair(v);
    return _mm256_sub_epi32(_mm256_add_epi32(pair, pair),
            _mm256_castps_si256(codebook_odd(v, pair)));
}
static inline vf codebook_level(vf v)
{
    const __m256 even = _mm256_setr_ps(-127, -83, -49, -22, 1, 25, 53, 89);
    const __m256 odd = _mm256_setr_ps(-104, -65, -35, -10, 13, 38, 69, 113);
    __m256i pair = codebook_pair(v);
    return pick(codebook_odd(v, pair), _mm256_permutevar8x32_ps(odd, pair),
            _mm256_permutevar8x32_ps(even, pair));
}

static inline void transpose(const vf *rows, vf *columns)
{
    __m256 a[8], b[8];
    for (int i = 0; i < 8; i += 2) {
        b[i] = _mm256_unpacklo_ps(rows[i], rows[i + 1]);
        b[i + 1] = _mm256_unpackhi_ps(rows[i], rows[i + 1]);
    }
    for (int i = 0; i < 8; i += 4)
        for (int k = 0; k < 2; k++) {
            a[i + 2 * k] = _mm256_shuffle_ps(b[i + k], b[i + k + 2], 0x44);
            a[i + 2 * k + 1] = _mm256_shuffle_ps(b[i + k], b[i + k + 2], 0xEE);
        }
    /* Now a[4g + c] holds columns c and c+4 of rows 4g to 4g+3. */
    for (int c = 0; c < 4; c++) {
        columns[c] = _mm256_permute2f128_ps(a[c], a[4 + c], 0x20);
        columns[c + 4] = _mm256_permute2f128_ps(a[c], a[4 + c], 0x31);
    }
}

/* Bit 4 of every lane. */
static inline uint32_t fifth_bits(vi v)
{
    return lane_bits(_mm256_castsi256_ps(_mm256_slli_epi32(v, 27)));
}
static inline vi nibbles(vi low, vi high)
{
    vi four = _mm256_set1_epi32(15);
    return _mm256_or_si256(_mm256_and_si256(low, four),
            _mm256_slli_epi32(_mm256_and_si256(high, four), 4));
}

#include "vec_x86.h"

#endif
