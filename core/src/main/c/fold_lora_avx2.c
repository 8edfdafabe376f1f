#include "vec_avx2.h"

#include "fold_lora.h"
