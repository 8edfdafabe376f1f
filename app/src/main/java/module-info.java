/// The `weightsmith` command that holds all others.
module dev.weightsmith.app {
    requires static org.jspecify;
    requires dev.weightsmith.cli;
    requires dev.weightsmith.evaluate;
    requires dev.weightsmith.merge;

    opens dev.weightsmith.app to
            info.picocli;
}
