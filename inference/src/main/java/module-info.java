/// Models at work: the forward pass, generation, perplexity, multiple choice.
module dev.weightsmith.inference {
    requires static org.jspecify;
    requires transitive ai.djl.api;
    requires dev.weightsmith.chattemplate;
    requires transitive dev.weightsmith.core;

    exports dev.weightsmith.inference;
}
