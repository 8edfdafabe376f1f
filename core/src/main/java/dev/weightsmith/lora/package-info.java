/// LoRA adapters as PEFT saves them: read, examined, and folded into a model's recipes.
package dev.weightsmith.lora;
