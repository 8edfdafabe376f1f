/// The forms in which models are written, each as a plan: Hugging Face and Meta folders, GGUF files
/// converted, quantized or copied.
package dev.weightsmith.output;
