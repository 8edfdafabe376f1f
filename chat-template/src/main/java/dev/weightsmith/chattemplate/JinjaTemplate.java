package dev.weightsmith.chattemplate;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A chat template, ready to be run.
public final class JinjaTemplate {
    private final List<Statement> statements;

    private JinjaTemplate(List<Statement> statements) {
        this.statements = statements;
    }

    /// @throws TemplateException if it is no Jinja, or has tags that are not supported
    public static JinjaTemplate parse(String source) {
        return new JinjaTemplate(StatementParser.parse(source));
    }

    /// The text that the template makes of these variables.
    ///
    /// @param clock for templates that write the date
    /// @throws TemplateException if it stops, does what is not supported or wants too much
    public String render(Map<String, Value> variables, Supplier<LocalDateTime> clock) {
        var limits = new Limits();
        var all = new HashMap<>(new Globals(limits, clock).functions());
        all.putAll(variables);
        return new Renderer(limits).render(statements, Scope.outermost(all));
    }
}
