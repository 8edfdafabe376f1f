#include "vec_neon.h"

#include "decode.h"
