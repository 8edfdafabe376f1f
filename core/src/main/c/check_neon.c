/*
 * Compares the NEON encoders with the golden rows: check_neon <shared/data/quantize>.
 *
 * The sign of a NaN is the processor's affair: x86 makes negative ones, which the golden rows
 * hold where a scale overflows. (Such tensors are refused after encoding.)
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS = 512 };

typedef void encoder(const float *x, uint8_t *out, int64_t rows, int32_t columns,
        const float *importance);

#define FOR_TYPES(with)                                                                          \
    with(Q4_0, q4_0) with(Q4_1, q4_1) with(Q5_0, q5_0) with(Q5_1, q5_1) with(Q8_0, q8_0)         \
    with(Q2_K, q2_k) with(Q3_K, q3_k) with(Q4_K, q4_k) with(Q5_K, q5_k) with(Q6_K, q6_k)         \
    with(IQ4_NL, iq4_nl) with(IQ4_XS, iq4_xs)

#define DECLARED(name, symbol) extern encoder ws_encode_##symbol##_neon;
FOR_TYPES(DECLARED)

#define LISTED(name, symbol) {#name, ws_encode_##symbol##_neon},
static const struct {
    const char *name;
    encoder *encode;
} types[] = {FOR_TYPES(LISTED)};

static const struct {
    const char *folder, *suffix, *importance;
} sets[] = {
    {"rows", "", NULL},
    {"rows", ".importance", "importance.f32"},
    {"rows-hard", "", NULL},
    {"rows-hard", ".forty-decades", "importance-forty-decades.f32"},
    {"rows-hard", ".mostly-zero", "importance-mostly-zero.f32"},
    {"rows-hard", ".subnormal", "importance-subnormal.f32"},
};

static void *contents(const char *data, const char *folder, const char *name, long *bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s/%s", data, folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    fseek(file, 0, SEEK_END);
    *bytes = ftell(file);
    rewind(file);
    void *all = malloc((size_t) *bytes);
    if (fread(all, 1, (size_t) *bytes, file) != (size_t) *bytes) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return all;
}

static int same(const uint8_t *actual, const uint8_t *expected, long size)
{
    for (long i = 0; i < size; i++) {
        int nan_sign = i > 0 && actual[i - 1] == 0 && (actual[i] | 0x80) == 0xFE
                && (expected[i] | 0x80) == 0xFE;
        if (actual[i] != expected[i] && !nan_sign)
            return 0;
    }
    return 1;
}

int main(int count, char **arguments)
{
    int different = 0, compared = 0;
    if (count != 2)
        return 2;
    for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
        long bytes, size;
        float *x = contents(arguments[1], sets[s].folder, "rows.f32", &bytes);
        float *importance = sets[s].importance
                ? contents(arguments[1], sets[s].folder, sets[s].importance, &size) : NULL;
        for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
            char name[64];
            snprintf(name, sizeof name, "%s%s.bin", types[t].name, sets[s].suffix);
            uint8_t *expected = contents(arguments[1], sets[s].folder, name, &size);
            uint8_t *actual = malloc((size_t) size);
            types[t].encode(x, actual, bytes / 4 / COLUMNS, COLUMNS, importance);
            compared++;
            if (!same(actual, expected, size)) {
                printf("%s/%s differs\n", sets[s].folder, name);
                different++;
            }
            free(expected);
            free(actual);
        }
        free(x);
        free(importance);
    }
    printf("NEON: %d of %d files of golden rows are equal\n", compared - different, compared);
    return different != 0;
}
