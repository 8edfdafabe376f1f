package dev.weightsmith.chattemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Does what a template says.
///
/// A loop's turn, a macro's call and the block of a `set` have variables of their own; `if` has
/// not.
final class Renderer {
    /// How a block ended.
    private enum Flow {
        THROUGH,
        BREAK,
        CONTINUE
    }

    private final Limits limits;
    private final Evaluator evaluator;

    Renderer(Limits limits) {
        this.limits = limits;
        this.evaluator = new Evaluator(limits);
    }

    String render(List<Statement> statements, Scope scope) {
        var out = new TextBuilder(limits);
        run(statements, scope, out);
        return out.toString();
    }

    private Flow run(List<Statement> statements, Scope scope, TextBuilder out) {
        for (Statement statement : statements) {
            try {
                limits.enter();
                Flow flow = run(statement, scope, out);
                limits.leave();
                if (flow != Flow.THROUGH) {
                    return flow;
                }
            } catch (TemplateException e) {
                throw e.at(statement.line());
            }
        }
        return Flow.THROUGH;
    }

    private Flow run(Statement statement, Scope scope, TextBuilder out) {
        switch (statement) {
            case Statement.Write(String text, _) -> out.append(text);
            case Statement.Print(Expression value, _) ->
                    out.append(PythonWriter.text(evaluator.evaluate(value, scope), limits));
            case Statement.If choice -> {
                return choose(choice, scope, out);
            }
            case Statement.For loop -> {
                return loop(loop, scope, out);
            }
            case Statement.Break _ -> {
                return Flow.BREAK;
            }
            case Statement.Continue _ -> {
                return Flow.CONTINUE;
            }
            case Statement.Set(Statement.Target target, Expression value, _) ->
                    assign(target, evaluator.evaluate(value, scope), scope);
            case Statement.SetBlock set -> {
                return setBlock(set, scope);
            }
            case Statement.Macro macro ->
                    scope.set(
                            macro.name(),
                            new Value.Function(
                                    macro.name(), arguments -> call(macro, arguments, scope)));
            case Statement.Generation(List<Statement> block, _) -> run(block, scope.inner(), out);
        }
        return Flow.THROUGH;
    }

    private Flow choose(Statement.If choice, Scope scope, TextBuilder out) {
        for (Statement.If.Branch branch : choice.branches()) {
            if (evaluator.evaluate(branch.condition(), scope).truth()) {
                return run(branch.block(), scope, out);
            }
        }
        return run(choice.otherwise(), scope, out);
    }

    private Flow loop(Statement.For loop, Scope scope, TextBuilder out) {
        List<Value> items = items(loop, scope);
        boolean wentThrough = false;
        for (int i = 0; i < items.size(); i++) {
            limits.work(1);
            Scope inner = scope.inner();
            assign(loop.target(), items.get(i), inner);
            inner.set("loop", new Value.Loop(items, i));
            Flow flow = run(loop.block(), inner, out);
            if (flow == Flow.BREAK) {
                break;
            }
            // As in Jinja, `else` is for no turn that went to its end.
            wentThrough |= flow == Flow.THROUGH;
        }
        return wentThrough ? Flow.THROUGH : run(loop.otherwise(), scope.inner(), out);
    }

    private List<Value> items(Statement.For loop, Scope scope) {
        List<Value> all = evaluator.evaluate(loop.over(), scope).elements();
        if (loop.condition().isEmpty()) {
            return all;
        }
        var items = new ArrayList<Value>();
        for (Value item : all) {
            Scope inner = scope.inner();
            assign(loop.target(), item, inner);
            if (evaluator.evaluate(loop.condition().get(), inner).truth()) {
                items.add(item);
            }
        }
        return items;
    }

    private Flow setBlock(Statement.SetBlock set, Scope scope) {
        var text = new TextBuilder(limits);
        Flow flow = run(set.block(), scope.inner(), text);
        if (flow != Flow.THROUGH) {
            return flow;
        }
        Value value = Value.of(text.toString());
        for (Statement.SetBlock.FilterCall filter : set.filters()) {
            value = evaluator.filter(value, filter.name(), filter.arguments(), scope);
        }
        assign(set.target(), value, scope);
        return flow;
    }

    private void assign(Statement.Target target, Value value, Scope scope) {
        switch (target) {
            case Statement.Target.Variable(String name) -> scope.set(name, value);
            case Statement.Target.Attribute(String namespace, String name) -> {
                if (!(scope.find(namespace).orElse(Value.None.NONE)
                        instanceof Value.Namespace changed)) {
                    throw TemplateException.malformed(
                            "sets '" + namespace + "." + name + "', which is no namespace");
                }
                changed.attributes().put(name, value);
            }
            case Statement.Target.Several(List<Statement.Target> targets) -> {
                List<Value> values = value.elements();
                if (values.size() != targets.size()) {
                    throw TemplateException.malformed(
                            "sets "
                                    + targets.size()
                                    + " variables to "
                                    + values.size()
                                    + " values");
                }
                for (int i = 0; i < values.size(); i++) {
                    assign(targets.get(i), values.get(i), scope);
                }
            }
        }
    }

    private Value call(Statement.Macro macro, Arguments arguments, Scope around) {
        Scope scope = around.inner();
        List<Statement.Macro.Parameter> parameters = macro.parameters();
        var given =
                arguments.take(
                        parameters.stream()
                                .map(Statement.Macro.Parameter::name)
                                .toArray(String[]::new));
        for (int i = 0; i < parameters.size(); i++) {
            Statement.Macro.Parameter parameter = parameters.get(i);
            Optional<Value> value =
                    given.find(i)
                            .or(() ->
                                    parameter
                                            .otherwise()
                                            .map(other -> evaluator.evaluate(other, scope)));
            scope.set(
                    parameter.name(),
                    value.orElseGet(() ->
                            new Value.Undefined(
                                    "parameter '" + parameter.name() + "' was not provided")));
        }
        var out = new TextBuilder(limits);
        run(macro.block(), scope, out);
        return Value.of(out.toString());
    }
}
