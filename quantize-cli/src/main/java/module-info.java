/// The command quantize, and its page.
module dev.weightsmith.quantize.cli {
    requires static org.jspecify;
    requires transitive dev.weightsmith.cli;

    exports dev.weightsmith.quantize.cli;

    opens dev.weightsmith.quantize.cli to
            info.picocli;
}
