/*
 * Asks kernels what the Java kernels were asked and compares the answers, byte by byte:
 *
 *     check_kernels VECTORS [SET]
 *
 * The contract tests of the Java build write VECTORS (KernelVectors.java). This program needs
 * nothing else, so it also runs where those tests do not: under sanitizers, under qemu, on another
 * system. Without SET it takes every instruction set that it was built for and that can run here.
 *
 * All numbers in the file are little-endian:
 *
 *     "ws-kernels-1\n\0\0\0"
 *     then for each call:
 *         char    kernel[24]   without ws_ and the set, filled up with zeros
 *         int64_t rows
 *         int32_t columns, rank
 *         float   scale
 *         int32_t sizes[4]     bytes of up to three inputs, where 0 is none, and of the output
 *         the inputs and the output
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void encoder(const float *x, uint8_t *out, int64_t rows, int32_t columns,
        const float *importance);
typedef void decoder(const uint8_t *in, float *y, int64_t rows, int32_t columns);
typedef void folder(void *weights, int32_t rows, int32_t columns, const float *a, const float *b,
        int32_t rank, float scale);

extern int ws_isa_supported(const char *isa);

typedef struct {
    const char *set, *name;
    encoder *encode;
    decoder *decode;
    folder *fold;
} kernel;

#define FOR_CODECS(with, set)                                                                    \
    with(f16, set) with(bf16, set) with(q4_0, set) with(q4_1, set) with(q5_0, set)               \
    with(q5_1, set) with(q8_0, set) with(q2_k, set) with(q3_k, set) with(q4_k, set)              \
    with(q5_k, set) with(q6_k, set) with(iq4_nl, set) with(iq4_xs, set)
#define FOR_FOLDS(with, set) with(f32, set) with(f16, set) with(bf16, set)

#define DECLARED_CODEC(type, set)                                                                \
    extern encoder ws_encode_##type##_##set;                                                     \
    extern decoder ws_decode_##type##_##set;
#define DECLARED_FOLD(type, set) extern folder ws_fold_lora_##type##_##set;
#define DECLARED(set) FOR_CODECS(DECLARED_CODEC, set) FOR_FOLDS(DECLARED_FOLD, set)

#define LISTED_CODEC(type, set)                                                                  \
    {#set, "encode_" #type, ws_encode_##type##_##set, NULL, NULL},                               \
    {#set, "decode_" #type, NULL, ws_decode_##type##_##set, NULL},
#define LISTED_FOLD(type, set) {#set, "fold_lora_" #type, NULL, NULL, ws_fold_lora_##type##_##set},
#define LISTED(set) FOR_CODECS(LISTED_CODEC, set) FOR_FOLDS(LISTED_FOLD, set)

/* The Makefile says which there are. */
#ifdef WITH_avx2
DECLARED(avx2)
#endif
#ifdef WITH_avx512
DECLARED(avx512)
#endif
#ifdef WITH_neon
DECLARED(neon)
#endif

static const kernel kernels[] = {
#ifdef WITH_avx2
    LISTED(avx2)
#endif
#ifdef WITH_avx512
    LISTED(avx512)
#endif
#ifdef WITH_neon
    LISTED(neon)
#endif
    {NULL, NULL, NULL, NULL, NULL},
};

static const char magic[16] = "ws-kernels-1\n";

static void stop(const char *message, const char *what)
{
    fprintf(stderr, "check_kernels: %s%s\n", message, what);
    exit(2);
}

/*
 * Memory of an exact size that begins, as a row may, at an odd multiple of four bytes. With
 * AddressSanitizer nothing lies behind it; without, canaries do.
 */
enum {
    BEFORE = 4,
#ifdef __SANITIZE_ADDRESS__
    BEHIND = 0,
#else
    BEHIND = 256,
#endif
    CANARY = 0xC5,
};

static uint8_t *new_buffer(int32_t size)
{
    uint8_t *whole = malloc(BEFORE + (size_t) size + BEHIND);
    if (!whole)
        stop("no memory", "");
    memset(whole, CANARY, BEFORE + (size_t) size + BEHIND);
    return whole + BEFORE;
}
/* 1 if nobody wrote beside it. */
static int release(uint8_t *buffer, int32_t size)
{
    if (!buffer)
        return 1;
    int intact = 1;
    for (int i = 0; i < BEFORE; i++)
        intact &= buffer[i - BEFORE] == CANARY;
    for (int i = 0; i < BEHIND; i++)
        intact &= buffer[size + i] == CANARY;
    free(buffer - BEFORE);
    return intact;
}

typedef struct {
    char kernel[24];
    int64_t rows;
    int32_t columns, rank;
    float scale;
    int32_t sizes[4];
    uint8_t *buffers[4];
} call;

static void read_exactly(FILE *file, void *to, size_t size)
{
    if (fread(to, 1, size, file) != size)
        stop("the file of vectors ends too early", "");
}

/* 0 at the end of the file. */
static int next_call(FILE *file, call *next)
{
    size_t count = fread(next->kernel, 1, sizeof next->kernel, file);
    if (count == 0)
        return 0;
    if (count != sizeof next->kernel || next->kernel[sizeof next->kernel - 1] != 0)
        stop("the file of vectors is damaged", "");
    read_exactly(file, &next->rows, sizeof next->rows);
    read_exactly(file, &next->columns, sizeof next->columns);
    read_exactly(file, &next->rank, sizeof next->rank);
    read_exactly(file, &next->scale, sizeof next->scale);
    read_exactly(file, next->sizes, sizeof next->sizes);
    for (int i = 0; i < 4; i++) {
        if (next->sizes[i] < 0)
            stop("the file of vectors is damaged", "");
        next->buffers[i] = next->sizes[i] ? new_buffer(next->sizes[i]) : NULL;
        if (next->buffers[i])
            read_exactly(file, next->buffers[i], (size_t) next->sizes[i]);
    }
    return 1;
}

/* Which NaN comes out of arithmetic on NaNs is nobody's promise. */
static int same_floats(const uint8_t *actual, const uint8_t *expected, int32_t size)
{
    for (int32_t i = 0; i < size; i += 4) {
        float a, b;
        memcpy(&a, actual + i, 4);
        memcpy(&b, expected + i, 4);
        if (memcmp(&a, &b, 4) && (a == a || b == b))
            return 0;
    }
    return 1;
}

/*
 * Where a scale overflows, x86 makes negative NaNs of it and other processors positive ones. (Such
 * tensors are refused after encoding.)
 */
static int same_bytes(const uint8_t *actual, const uint8_t *expected, int32_t size)
{
#if defined(__x86_64__) || defined(_M_X64)
    return !memcmp(actual, expected, (size_t) size);
#else
    for (int32_t i = 0; i < size; i++) {
        int nan_sign = i > 0 && actual[i - 1] == 0 && (actual[i] | 0x80) == 0xFE
                && (expected[i] | 0x80) == 0xFE;
        if (actual[i] != expected[i] && !nan_sign)
            return 0;
    }
    return 1;
#endif
}

/* 1 if the kernel answers as expected and stays within its buffers. */
static int holds(const kernel *asked, const call *with)
{
    int32_t size = with->sizes[3];
    uint8_t *out = new_buffer(size);
    int same;
    if (asked->encode) {
        asked->encode((const float *) with->buffers[0], out, with->rows, with->columns,
                (const float *) with->buffers[1]);
        same = same_bytes(out, with->buffers[3], size);
    } else if (asked->decode) {
        asked->decode(with->buffers[0], (float *) out, with->rows, with->columns);
        same = same_floats(out, with->buffers[3], size);
    } else {
        memcpy(out, with->buffers[0], (size_t) size);
        asked->fold(out, (int32_t) with->rows, with->columns, (const float *) with->buffers[1],
                (const float *) with->buffers[2], with->rank, with->scale);
        same = same_bytes(out, with->buffers[3], size);
    }
    int intact = release(out, size);
    if (!same || !intact)
        printf("%s_%s, %lld rows of %d columns%s: %s\n", asked->name, asked->set,
                (long long) with->rows, (int) with->columns,
                asked->encode && with->buffers[1] ? " with importance" : "",
                same ? "writes beside its output" : "differs from Java");
    return same && intact;
}

static const kernel *find(const char *set, const char *name)
{
    for (const kernel *found = kernels; found->name; found++)
        if (!strcmp(found->set, set) && !strcmp(found->name, name))
            return found;
    return NULL;
}

/* Number of calls that do not hold, and of kernels that no call was for. */
static long check(const char *path, const char *set)
{
    static char called[sizeof kernels / sizeof *kernels];
    char start[sizeof magic];
    long calls = 0, failures = 0;
    call next;
    FILE *file = fopen(path, "rb");
    if (!file)
        stop("cannot open ", path);
    read_exactly(file, start, sizeof start);
    if (memcmp(start, magic, sizeof magic))
        stop("is no file of kernel vectors: ", path);
    while (next_call(file, &next)) {
        const kernel *asked = find(set, next.kernel);
        if (!asked)
            stop("there is no kernel ", next.kernel);
        called[asked - kernels] = 1;
        failures += !holds(asked, &next);
        calls++;
        for (int i = 0; i < 4; i++)
            if (!release(next.buffers[i], next.sizes[i])) {
                printf("%s_%s writes beside its input\n", asked->name, set);
                failures++;
            }
    }
    fclose(file);
    for (const kernel *each = kernels; each->name; each++)
        if (!strcmp(each->set, set) && !called[each - kernels]) {
            printf("%s_%s was never called\n", each->name, set);
            failures++;
        }
    printf("%s: %ld of %ld calls answered as Java does\n", set, calls - failures, calls);
    return failures;
}

int main(int count, char **arguments)
{
    long failures = 0;
    int sets = 0;
    if (count != 2 && count != 3)
        stop("usage: check_kernels VECTORS [SET]", "");
    for (const kernel *each = kernels; each->name; each++) {
        int is_first = each == kernels || strcmp(each->set, each[-1].set);
        if (!is_first || (count == 3 && strcmp(each->set, arguments[2])))
            continue;
        if (!ws_isa_supported(each->set)) {
            printf("%s: skipped, this processor does not have it\n", each->set);
            continue;
        }
        failures += check(arguments[1], each->set);
        sets++;
    }
    if (sets == 0)
        stop("no kernels to check", count == 3 ? " of this set" : "");
    return failures != 0;
}
