/// Which tensors a model of a family has: one table for each family, from which names, shapes,
/// orders, shards, quantization roles and checks follow.
package dev.weightsmith.architecture;
