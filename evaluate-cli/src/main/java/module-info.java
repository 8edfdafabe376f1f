/// The commands that ask a model: perplexity, generation, comparison, multiple choice.
module dev.weightsmith.evaluate {
    requires static org.jspecify;
    requires dev.weightsmith.chattemplate;
    requires dev.weightsmith.cli;
    requires ai.djl.api;

    exports dev.weightsmith.evaluate;

    opens dev.weightsmith.evaluate to
            info.picocli;
}
