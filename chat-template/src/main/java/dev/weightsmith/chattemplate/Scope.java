package dev.weightsmith.chattemplate;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The variables that a place in a template sees: its own and those around it. Setting one never
/// changes those around.
final class Scope {
    private final Optional<Scope> around;
    private final int depth;
    private final Map<String, Value> variables = new HashMap<>();

    private Scope(Optional<Scope> around) {
        this.around = around;
        this.depth = around.map(scope -> scope.depth + 1).orElse(1);
    }

    static Scope outermost(Map<String, Value> variables) {
        var scope = new Scope(Optional.empty());
        scope.variables.putAll(variables);
        return scope;
    }

    Scope inner() {
        return new Scope(Optional.of(this));
    }

    /// How many there are, from this to the outermost.

    int depth() {
        return depth;
    }

    Optional<Value> find(String name) {
        for (Optional<Scope> scope = Optional.of(this);
                scope.isPresent();
                scope = scope.get().around) {
            Value value = scope.get().variables.get(name);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    void set(String name, Value value) {
        variables.put(name, value);
    }
}
