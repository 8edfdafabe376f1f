#include "vec_avx2.h"

#include "decode.h"
