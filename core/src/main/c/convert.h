/* F16 and BF16 from and to float: ws_encode_<type>_<isa>, ws_decode_<type>_<isa>. */
#include "words.h"

#include "plain.h"

INLINE void convert(enum plain_type from_type, const void *from, enum plain_type to_type, void *to,
        int64_t count)
{
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES)
        put_values(to_type, to, i, plain_values(from_type, from, i));
    for (; i < count; i++)
        put_value(to_type, to, i, plain_value(from_type, from, i));
}

#define CONVERTERS(name, type)                                                                   \
    void NAME(encode_##name)(const float *x, uint8_t *out, int64_t rows, int32_t columns,        \
            const float *importance)                                                             \
    {                                                                                            \
        (void) importance;                                                                       \
        EXACTLY(convert(F32, x, type, out, rows * columns));                                     \
    }                                                                                            \
    void NAME(decode_##name)(const uint8_t *in, float *y, int64_t rows, int32_t columns)         \
    {                                                                                            \
        EXACTLY(convert(type, in, F32, y, rows * columns));                                      \
    }

CONVERTERS(f16, F16)
CONVERTERS(bf16, BF16)
