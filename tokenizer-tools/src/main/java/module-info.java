/// The command tokenizer: vocabularies merged, compared, and models grown to fit them.
module dev.weightsmith.tokenizer.tools {
    requires static org.jspecify;
    requires dev.weightsmith.cli;
    requires dev.weightsmith.inference;
    requires ai.djl.sentencepiece;

    exports dev.weightsmith.tokenizer.tools;

    opens dev.weightsmith.tokenizer.tools to
            info.picocli;
}
