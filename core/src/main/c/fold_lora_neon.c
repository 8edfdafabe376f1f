#include "vec_neon.h"

#include "fold_lora.h"
