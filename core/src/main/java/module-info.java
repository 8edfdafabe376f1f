/// The library: reads checkpoints and adapters, plans merges and conversions, writes the result.
module dev.weightsmith.core {
    requires static org.jspecify;
    requires transitive com.fasterxml.jackson.databind;
    requires org.apache.commons.compress;
    requires com.google.protobuf;

    exports dev.weightsmith.architecture;
    exports dev.weightsmith.checkpoint;
    exports dev.weightsmith.config;
    exports dev.weightsmith.digest;
    exports dev.weightsmith.engine;
    exports dev.weightsmith.error;
    exports dev.weightsmith.format.gguf;
    exports dev.weightsmith.format.safetensors;
    exports dev.weightsmith.format.torch;
    exports dev.weightsmith.format;
    exports dev.weightsmith.io;
    exports dev.weightsmith.job;
    exports dev.weightsmith.json;
    exports dev.weightsmith.lora;
    exports dev.weightsmith.loss;
    exports dev.weightsmith.model;
    exports dev.weightsmith.output;
    exports dev.weightsmith.plan;
    exports dev.weightsmith.quantize;
    exports dev.weightsmith.tensor;
    exports dev.weightsmith.tokenizer;

    uses dev.weightsmith.architecture.Architectures.Family;
}
