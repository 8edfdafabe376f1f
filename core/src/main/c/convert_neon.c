#include "vec_neon.h"

#include "convert.h"
