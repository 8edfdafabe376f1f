/// What makes the command lines behave as one: options, progress, errors, exit codes.
module dev.weightsmith.cli {
    requires static org.jspecify;
    requires transitive dev.weightsmith.core;
    requires transitive dev.weightsmith.report;
    requires transitive info.picocli;

    exports dev.weightsmith.cli;

    opens dev.weightsmith.cli to
            info.picocli;
}
