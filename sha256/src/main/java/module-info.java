/// Digests of files, of tensors, and the published lists.
module dev.weightsmith.sha256 {
    requires static org.jspecify;
    requires dev.weightsmith.cli;
    requires dev.weightsmith.compare;
    requires transitive dev.weightsmith.core;

    exports dev.weightsmith.sha256;

    opens dev.weightsmith.sha256 to
            info.picocli;
}
