package dev.weightsmith.report;

import java.time.LocalDate;

/// The foot of a page: what made it, so that it can be made again.
///
/// @param command as it would be typed, without folders of the machine it ran on
/// @param program its name and version
public record Colophon(String command, String program, LocalDate date) {
    void write(Markup out) {
        out.begin("footer");
        out.element("code", command);
        out.element("p", program + ", " + date);
        out.end();
    }
}
