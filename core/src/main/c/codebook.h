/* The sixteen unevenly spaced levels of the IQ4 types (docs/specs/quantization.md#codebook). */
#ifndef CODEBOOK_H
#define CODEBOOK_H

#include <stdint.h>

static const float codebook[16] = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
};

/* Halfway between neighbours. */
static const float codebook_midpoints[15] = {
    -115.5f, -93.5f, -74, -57, -42, -28.5f, -16, -4.5f, 7, 19, 31.5f, 45.5f, 61, 79, 101,
};

/*
 * Cell c is what rounds to 8 (c - 16); it holds at most one midpoint. An entry is the binary32 of
 * that midpoint, or of infinity, with the code below it in the lowest four bits, which are zero
 * in all midpoints.
 */
static const uint32_t codebook_cells[32] = {
    0x7F800000, 0x7F800000, 0xC2E70000, 0x7F800001, 0xC2BB0001, 0x7F800002, 0x7F800002, 0xC2940002,
    0x7F800003, 0xC2640003, 0x7F800004, 0xC2280004, 0xC1E40005, 0x7F800006, 0xC1800006, 0xC0900007,
    0x7F800008, 0x40E00008, 0x41980009, 0x7F80000A, 0x41FC000A, 0x7F80000B, 0x4236000B, 0x7F80000C,
    0x4274000C, 0x7F80000D, 0x429E000D, 0x7F80000E, 0x7F80000E, 0x42CA000E, 0x7F80000F, 0x7F80000F,
};

#endif
