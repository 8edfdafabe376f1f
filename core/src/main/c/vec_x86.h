/* What AVX2 and AVX-512 have in common. */
#ifndef VEC_X86_H
#define VEC_X86_H

/* The value of binary16 bits; NaNs come out quiet. */
static inline float half_value(uint16_t bits) { return _cvtsh_ss(bits); }

/* Binary16 bits: nearest even, gradual underflow, one quiet NaN per sign. */
static inline uint16_t half_bits(float value)
{
    uint16_t bits = _cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT);
    return value == value ? bits : (uint16_t) ((bits & 0x8000) | 0x7E00);
}

/*
 * Nearest even, subnormals honoured: another library in the process may have set it otherwise for
 * this thread. Hand what this returns to floats_as_before.
 */
static inline unsigned floats_exact(void)
{
    unsigned before = _mm_getcsr();
    if (before & 0xE040)
        _mm_setcsr(before & ~0xE040u);
    /* Nothing is read before, nor written after. */
    __asm__ volatile("" ::: "memory");
    return before;
}
static inline void floats_as_before(unsigned before)
{
    __asm__ volatile("" ::: "memory");
    if (before & 0xE040)
        _mm_setcsr(before);
}

#endif
