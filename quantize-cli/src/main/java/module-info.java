/// The command quantize, and its options for other commands that write quantized files.
module dev.weightsmith.quantize.cli {
    requires static org.jspecify;
    requires transitive dev.weightsmith.cli;

    exports dev.weightsmith.quantize.cli;

    opens dev.weightsmith.quantize.cli to
            info.picocli;
}
