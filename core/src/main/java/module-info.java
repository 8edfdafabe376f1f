/// The library: reads checkpoints and adapters, plans merges and conversions, writes the result.
module dev.weightsmith.core {
    requires static org.jspecify;
    requires transitive com.fasterxml.jackson.databind;
    requires org.apache.commons.compress;
    requires com.google.protobuf;

    exports dev.weightsmith.api;
    exports dev.weightsmith.error;

    // For Weightsmith's own modules.
    exports dev.weightsmith.architecture to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.checkpoint to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.config to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.digest to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.engine to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.format.gguf to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.format.safetensors to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.format.torch to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.format to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.io to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.job to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.json to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.lora to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.loss to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.model to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.output to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.plan to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.quantize to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.tensor to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;
    exports dev.weightsmith.tokenizer to
            dev.weightsmith.app,
            dev.weightsmith.cli,
            dev.weightsmith.compare,
            dev.weightsmith.evaluate,
            dev.weightsmith.inference,
            dev.weightsmith.merge,
            dev.weightsmith.quantize.cli,
            dev.weightsmith.report,
            dev.weightsmith.sha256,
            dev.weightsmith.tokenizer.tools;

    uses dev.weightsmith.architecture.Architectures.Family;
}
