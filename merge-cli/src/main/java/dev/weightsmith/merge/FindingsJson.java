package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weightsmith.error.Finding;
import java.util.List;
import java.util.Locale;

/// Findings for programs.
final class FindingsJson {
    private FindingsJson() {}

    static ArrayNode of(List<Finding> findings) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Finding finding : findings) {
            array.addObject()
                    .put("level", finding.severity().name().toLowerCase(Locale.ROOT))
                    .put("text", finding.problem().toString());
        }
        return array;
    }
}
