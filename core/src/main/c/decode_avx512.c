#include "vec_avx512.h"

#include "decode.h"
