#include "vec_avx2.h"

#include "convert.h"
