/// The `weightsmith` command that holds all others.
module dev.weightsmith.app {
    requires static org.jspecify;
    requires dev.weightsmith.cli;
    requires dev.weightsmith.evaluate;
    requires dev.weightsmith.merge;
    requires dev.weightsmith.sha256;
    requires dev.weightsmith.quantize.cli;
    requires dev.weightsmith.tokenizer.tools;

    opens dev.weightsmith.app to
            info.picocli;
}
