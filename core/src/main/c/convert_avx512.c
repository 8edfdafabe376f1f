#include "vec_avx512.h"

#include "convert.h"
