/* Four lanes of NEON (aarch64). The words are explained in words.h. */
#ifndef VEC_NEON_H
#define VEC_NEON_H

#include <arm_neon.h>
#include <stdint.h>
#include <string.h>

#include "codebook.h"

#define LANES 4
#define NAME(operation) ws_##operation##_neon

typedef float32x4_t vf;
typedef int32x4_t vi;
typedef uint32x4_t vm;

static inline vf all(float value) { return vdupq_n_f32(value); }
static inline vf load(const float *from) { return vld1q_f32(from); }
static inline void store(float *to, vf v) { vst1q_f32(to, v); }

static inline vm below(vf a, vf b) { return vcltq_f32(a, b); }
static inline vm differs(vf a, vf b) { return vmvnq_u32(vceqq_f32(a, b)); }
static inline vm not_below(vf a, vf b) { return vmvnq_u32(vcltq_f32(a, b)); }
static inline vm both(vm a, vm b) { return vandq_u32(a, b); }
static inline vm either(vm a, vm b) { return vorrq_u32(a, b); }
static inline int any(vm m) { return vmaxvq_u32(m) != 0; }
static inline uint32_t lane_bits(vm m)
{
    const uint32x4_t bits = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(m, bits));
}
static inline vf pick(vm m, vf yes, vf no) { return vbslq_f32(m, yes, no); }

/* Not vminq and vmaxq: those have their own way with zeros and NaNs. */
static inline vf lesser(vf a, vf b) { return pick(below(a, b), a, b); }
static inline vf greater(vf a, vf b) { return pick(below(b, a), a, b); }
static inline vf magnitude(vf v) { return vabsq_f32(v); }
static inline vf negated(vf v) { return vnegq_f32(v); }
static inline vf with_sign(vf v, vf sign)
{
    return vbslq_f32(vdupq_n_u32(0x80000000u), sign, v);
}
static inline vf root(vf v) { return vsqrtq_f32(v); }
static inline vf fused(vf a, vf b, vf c) { return vfmaq_f32(c, a, b); }

static inline float largest(vf v) { return vmaxvq_f32(v); }
static inline float smallest(vf v) { return vminvq_f32(v); }

static inline vf low_mantissa(vf v)
{
    uint32x4_t bits = vandq_u32(vreinterpretq_u32_f32(v), vdupq_n_u32(0x007FFFFF));
    return vreinterpretq_f32_u32(vorrq_u32(bits, vdupq_n_u32(0x4B000000)));
}

/* NaN and what does not fit become -2147483648, as the instruction of x86 does by itself. */
static inline vi truncated(vf v)
{
    vm fits = both(below(v, all(0x1p31f)), vcgeq_f32(v, all(-0x1p31f)));
    return vbslq_s32(fits, vcvtq_s32_f32(v), vdupq_n_s32(INT32_MIN));
}
static inline vi integers(vf v) { return vcvtnq_s32_f32(v); }
static inline vf floats(vi v) { return vcvtq_f32_s32(v); }
static inline vi low_bytes(vi v) { return vandq_s32(v, vdupq_n_s32(0xFF)); }
static inline vi signed_bytes(vi v) { return vshrq_n_s32(vshlq_n_s32(v, 24), 24); }
static inline vi at_most(vi v, int high) { return vminq_s32(v, vdupq_n_s32(high)); }
static inline void store_bytes(uint8_t *to, vi v)
{
    uint16x4_t halves = vmovn_u32(vreinterpretq_u32_s32(v));
    uint8x8_t bytes = vmovn_u16(vcombine_u16(halves, halves));
    uint32_t four = vget_lane_u32(vreinterpret_u32_u8(bytes), 0);
    memcpy(to, &four, 4);
}

static inline vf load_halves(const uint16_t *from)
{
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(from)));
}
static inline void store_halves(uint16_t *to, vf v)
{
    uint16x4_t bits = vreinterpret_u16_f16(vcvt_f16_f32(v));
    uint16x4_t nan = vmovn_u32(vmvnq_u32(vceqq_f32(v, v)));
    uint16x4_t quiet = vorr_u16(vand_u16(bits, vdup_n_u16(0x8000)), vdup_n_u16(0x7E00));
    vst1_u16(to, vbsl_u16(nan, quiet, bits));
}
static inline float half_value(uint16_t bits)
{
    uint16_t four[4] = {bits, 0, 0, 0};
    return vgetq_lane_f32(load_halves(four), 0);
}
static inline uint16_t half_bits(float value)
{
    uint16_t four[4];
    store_halves(four, all(value));
    return four[0];
}

static inline vf load_bf16(const uint16_t *from)
{
    return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(from), 16));
}
static inline void store_bf16(uint16_t *to, vf v)
{
    uint32x4_t bits = vreinterpretq_u32_f32(v), upper = vshrq_n_u32(bits, 16);
    uint32x4_t half = vaddq_u32(vandq_u32(upper, vdupq_n_u32(1)), vdupq_n_u32(0x7FFF));
    uint32x4_t rounded = vshrq_n_u32(vaddq_u32(bits, half), 16);
    uint32x4_t quiet = vorrq_u32(upper, vdupq_n_u32(0x40));
    vst1_u16(to, vmovn_u32(vbslq_u32(vceqq_f32(v, v), rounded, quiet)));
}

static inline vi load_bytes(const uint8_t *from)
{
    uint32_t four;
    memcpy(&four, from, 4);
    uint16x8_t wide = vmovl_u8(vcreate_u8(four));
    return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(wide)));
}
/* Only the lowest four bits of a code count. */
static inline vf level_of(vi code)
{
    const int8x16_t levels = {
        -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
    };
    /* The level in the highest byte of each lane, zeros below it. */
    uint32x4_t where = vshlq_n_u32(vandq_u32(vreinterpretq_u32_s32(code), vdupq_n_u32(15)), 24);
    where = vorrq_u32(where, vdupq_n_u32(0x00FFFFFF));
    int8x16_t found = vqtbl1q_s8(levels, vreinterpretq_u8_u32(where));
    return floats(vshrq_n_s32(vreinterpretq_s32_s8(found), 24));
}
static inline vi codebook_code(vf v)
{
    vi code = vdupq_n_s32(0);
    for (int j = 0; j < 15; j++)
        code = vsubq_s32(code,
                vreinterpretq_s32_u32(not_below(v, all(codebook_midpoints[j]))));
    return code;
}
static inline vf codebook_level(vf v) { return level_of(codebook_code(v)); }

static inline void transpose(const vf *rows, vf *columns)
{
    float64x2_t b0 = vreinterpretq_f64_f32(vtrn1q_f32(rows[0], rows[1]));
    float64x2_t b1 = vreinterpretq_f64_f32(vtrn2q_f32(rows[0], rows[1]));
    float64x2_t b2 = vreinterpretq_f64_f32(vtrn1q_f32(rows[2], rows[3]));
    float64x2_t b3 = vreinterpretq_f64_f32(vtrn2q_f32(rows[2], rows[3]));
    columns[0] = vreinterpretq_f32_f64(vtrn1q_f64(b0, b2));
    columns[1] = vreinterpretq_f32_f64(vtrn1q_f64(b1, b3));
    columns[2] = vreinterpretq_f32_f64(vtrn2q_f64(b0, b2));
    columns[3] = vreinterpretq_f32_f64(vtrn2q_f64(b1, b3));
}

/* Bit 4 of every lane. */
static inline uint32_t fifth_bits(vi v) { return lane_bits(vtstq_s32(v, vdupq_n_s32(16))); }
static inline vi nibbles(vi low, vi high)
{
    vi four = vdupq_n_s32(15);
    return vorrq_s32(vandq_s32(low, four), vshlq_n_s32(vandq_s32(high, four), 4));
}

/*
 * Nearest even, subnormals honoured: another library in the process may have set it otherwise for
 * this thread. Hand what this returns to floats_as_before.
 */
static inline uint64_t floats_exact(void)
{
    uint64_t before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    if (before & 0x7C80000)
        __asm__ volatile("msr fpcr, %0" : : "r"(before & ~(uint64_t) 0x7C80000));
    /* Nothing is read before, nor written after. */
    __asm__ volatile("" ::: "memory");
    return before;
}
static inline void floats_as_before(uint64_t before)
{
    __asm__ volatile("" ::: "memory");
    if (before & 0x7C80000)
        __asm__ volatile("msr fpcr, %0" : : "r"(before));
}

#endif
