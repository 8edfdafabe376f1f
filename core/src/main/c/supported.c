/* Which instruction sets this processor and operating system run. */
#include <string.h>

/* 1 if the kernels whose names end in _<isa> can run here, else 0. */
int ws_isa_supported(const char *isa)
{
#if defined(__x86_64__)
    /* These look at what the operating system saves, too. */
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
            && __builtin_cpu_supports("f16c");
    if (!strcmp(isa, "avx2"))
        return avx2;
    if (!strcmp(isa, "avx512"))
        return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
                && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    return 0;
#elif defined(__aarch64__)
    /* Every such processor has it. */
    return !strcmp(isa, "neon");
#else
    (void) isa;
    return 0;
#endif
}
