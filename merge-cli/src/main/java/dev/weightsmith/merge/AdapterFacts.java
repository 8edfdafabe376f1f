package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.lora.LoraAdapter;
import dev.weightsmith.lora.LoraConfig;
import dev.weightsmith.lora.LoraPair;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// An adapter: how strongly it changes which modules, and what it replaces.
final class AdapterFacts {
    private AdapterFacts() {}

    static ObjectNode of(LoraAdapter adapter) {
        LoraConfig config = adapter.config();
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        facts.put("rank", config.rank());
        facts.put("alpha", config.alpha());
        if (config.rankStabilized()) {
            facts.put("use_rslora", true);
        }
        if (config.fanInFanOut()) {
            facts.put("fan_in_fan_out", true);
        }
        facts.put("modules", adapter.pairs().size());
        facts.set("targets", counts(adapter, entry -> lastName(entry.getKey())));
        facts.set("scales", counts(adapter, entry -> Float.toString(entry.getValue().scale())));
        ObjectNode ranks = counts(adapter, entry -> Integer.toString(entry.getValue().rank()));
        if (ranks.size() > 1) {
            facts.set("ranks", ranks);
        }
        ObjectNode replaced = JsonNodeFactory.instance.objectNode();
        adapter.replaced().forEach((name, whole) -> replaced.put(name, whole.shape().toString()));
        if (!replaced.isEmpty()) {
            facts.set("replaces", replaced);
        }
        config.baseModel().ifPresent(base -> facts.put("base_model_name_or_path", base));
        return facts;
    }

    /// How many modules have which property.
    private static ObjectNode counts(
            LoraAdapter adapter, Function<Map.Entry<String, LoraPair>, String> property) {
        var counts = new TreeMap<String, Integer>();
        adapter.pairs()
                .entrySet()
                .forEach(entry -> counts.merge(property.apply(entry), 1, Integer::sum));
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        counts.forEach(node::put);
        return node;
    }

    private static String lastName(String module) {
        return module.substring(module.lastIndexOf('.') + 1);
    }
}
