/// What is particular to LLaMA: its configuration, the names of its tensors in each world, and the
/// metadata that llama.cpp expects.
package dev.weightsmith.llama;
