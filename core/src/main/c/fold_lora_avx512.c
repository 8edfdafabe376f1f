#include "vec_avx512.h"

#include "fold_lora.h"
