/// The commands that ask a model: perplexity, generation, comparison, multiple choice.
module dev.weightsmith.evaluate {
    requires static org.jspecify;
    requires dev.weightsmith.cli;
    requires dev.weightsmith.inference;

    exports dev.weightsmith.evaluate;

    opens dev.weightsmith.evaluate to
            info.picocli;
}
