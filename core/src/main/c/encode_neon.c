#include "vec_neon.h"

#include "encode.h"
