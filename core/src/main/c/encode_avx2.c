#include "vec_avx2.h"

#include "encode.h"
