/// Models side by side: which values differ, by how much, and what may have done it.
module dev.weightsmith.compare {
    requires static org.jspecify;
    requires transitive dev.weightsmith.core;

    exports dev.weightsmith.compare;
}
