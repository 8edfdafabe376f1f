/// The commands merge, convert and inspect.
module dev.weightsmith.merge {
    requires static org.jspecify;
    requires dev.weightsmith.cli;

    exports dev.weightsmith.merge;

    opens dev.weightsmith.merge to
            info.picocli;
}
