/// One page, one picture, one palette: what every HTML page of the program is made of.
module dev.weightsmith.report {
    requires static org.jspecify;
    requires dev.weightsmith.core;

    exports dev.weightsmith.report;
}
