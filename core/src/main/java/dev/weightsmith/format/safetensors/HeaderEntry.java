package dev.weightsmith.format.safetensors;

import dev.weightsmith.tensor.TensorInfo;

/// One tensor of a header.
///
/// @param begin first of its `data_offsets`, counted from the end of the header
/// @param end second of its `data_offsets`
/// @param at the character of the header at which its name stands
record HeaderEntry(TensorInfo tensor, long begin, long end, long at) {}
