/* One number of a plain type: F32, F16 or BF16. */
#ifndef PLAIN_H
#define PLAIN_H

#include <string.h>

enum plain_type { F32, F16, BF16 };

INLINE float bf16_value(uint16_t half)
{
    uint32_t bits = (uint32_t) half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
INLINE uint16_t bf16_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if ((bits & 0x7FFFFFFF) > 0x7F800000)
        return (uint16_t) (bits >> 16 | 0x40);
    return (uint16_t) ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

/* Element i, and LANES elements from i on. */
INLINE float plain_value(enum plain_type type, const void *from, int64_t i)
{
    if (type == F32)
        return ((const float *) from)[i];
    uint16_t bits = ((const uint16_t *) from)[i];
    return type == F16 ? half_value(bits) : bf16_value(bits);
}
INLINE vf plain_values(enum plain_type type, const void *from, int64_t i)
{
    if (type == F32)
        return load((const float *) from + i);
    if (type == F16)
        return load_halves((const uint16_t *) from + i);
    return load_bf16((const uint16_t *) from + i);
}
INLINE void put_value(enum plain_type type, void *to, int64_t i, float value)
{
    if (type == F32)
        ((float *) to)[i] = value;
    else
        ((uint16_t *) to)[i] = type == F16 ? half_bits(value) : bf16_bits(value);
}
INLINE void put_values(enum plain_type type, void *to, int64_t i, vf values)
{
    if (type == F32)
        store((float *) to + i, values);
    else if (type == F16)
        store_halves((uint16_t *) to + i, values);
    else
        store_bf16((uint16_t *) to + i, values);
}

#endif
