#include "vec_avx512.h"

#include "encode.h"
