/// What programs use that want a model merged, converted, quantized or read. All else in this
/// module is for Weightsmith's own modules and may change.
///
/// ```java
/// try (PlannedJob job =
///         Weightsmith.merge(Path.of("llama-7b"), List.of(Path.of("chinese-alpaca-lora-7b")))
///                 .as(Form.GGUF)
///                 .types("Q4_K_M")
///                 .to(Path.of("alpaca.gguf"))) {
///     job.run();
/// }
/// ```
///
/// What is wrong with a file comes as [dev.weightsmith.error.FileException], what does not fit
/// together as [dev.weightsmith.error.PlanException]; both say what, where, and the way out.
package dev.weightsmith.api;
