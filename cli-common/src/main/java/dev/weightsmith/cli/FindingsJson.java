package dev.weightsmith.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.Finding;
import java.util.List;
import java.util.Locale;

/// Findings for programs.
public final class FindingsJson {
    private FindingsJson() {}

    /// An array of objects with level and text.
    public static ArrayNode of(List<Finding> findings) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Finding finding : findings) {
            ObjectNode entry = array.addObject();
            entry.put("level", finding.severity().name().toLowerCase(Locale.ROOT));
            entry.put("text", finding.problem().toString());
            finding.problem().hint().ifPresent(hint -> entry.put("hint", hint));
        }
        return array;
    }
}
