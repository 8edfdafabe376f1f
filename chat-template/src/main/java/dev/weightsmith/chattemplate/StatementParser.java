package dev.weightsmith.chattemplate;

import dev.weightsmith.chattemplate.Statement.Target;
import dev.weightsmith.chattemplate.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads the text and tags of a template.
final class StatementParser {
    /// Jinja's tags that chat templates do without.
    private static final Set<String> UNSUPPORTED =
            Set.of(
                    "autoescape",
                    "block",
                    "call",
                    "debug",
                    "do",
                    "extends",
                    "filter",
                    "from",
                    "import",
                    "include",
                    "pluralize",
                    "print",
                    "trans",
                    "with");

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private int loops;

    private StatementParser(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    static List<Statement> parse(String source) {
        var parser = new StatementParser(new Tokens(Lexer.tokens(source)));
        List<Statement> statements = parser.statements(Set.of());
        if (!parser.tokens.at(Kind.END)) {
            throw parser.tokens.unexpected("text or a tag");
        }
        return statements;
    }

    /// Up to one of these tags, whose name is then the current token; or up to the end.
    private List<Statement> statements(Set<String> ends) {
        tokens.enter();
        var statements = new ArrayList<Statement>();
        while (true) {
            int line = tokens.line();
            if (tokens.at(Kind.DATA)) {
                statements.add(new Statement.Write(tokens.next().text(), line));
            } else if (tokens.at(Kind.PRINT_BEGIN)) {
                tokens.next();
                statements.add(new Statement.Print(expressions.tuple(true), line));
                tokens.expect(Kind.PRINT_END, "'}}'");
            } else if (tokens.at(Kind.BLOCK_BEGIN)) {
                tokens.next();
                if (tokens.at(Kind.NAME) && ends.contains(tokens.current().text())) {
                    break;
                }
                statements.add(tag(line));
                tokens.expect(Kind.BLOCK_END, "'%}'");
            } else if (ends.isEmpty()) {
                break;
            } else {
                throw tokens.unexpected(
                        "'{% " + ends.stream().sorted().toList().getLast() + " %}'");
            }
        }
        tokens.leave();
        return statements;
    }

    /// What is between the end of a tag and the name of one of these.
    private List<Statement> block(String... ends) {
        tokens.skipOperator(":");
        tokens.expect(Kind.BLOCK_END, "'%}'");
        return statements(Set.of(ends));
    }

    private Statement tag(int line) {
        String name = tokens.expect(Kind.NAME, "the name of a tag").text();
        return switch (name) {
            case "if" -> ifTag(line);
            case "for" -> forTag(line);
            case "set" -> setTag(line);
            case "macro" -> macroTag(line);
            case "generation" -> {
                List<Statement> block = outsideLoops("endgeneration");
                yield new Statement.Generation(block, line);
            }
            case "break" -> inLoop(name, new Statement.Break(line));
            case "continue" -> inLoop(name, new Statement.Continue(line));
            default -> {
                String shown = "the tag '" + name + "'";
                throw (UNSUPPORTED.contains(name)
                                ? TemplateException.unsupported(shown)
                                : TemplateException.malformed(
                                        "has " + shown + ", which is none here"))
                        .at(line);
            }
        };
    }

    private Statement inLoop(String name, Statement statement) {
        if (loops == 0) {
            throw TemplateException.malformed("has '" + name + "' outside a loop")
                    .at(statement.line());
        }
        return statement;
    }

    private List<Statement> outsideLoops(String end) {
        int around = loops;
        loops = 0;
        List<Statement> block = block(end);
        tokens.next();
        loops = around;
        return block;
    }

    private Statement ifTag(int line) {
        var branches = new ArrayList<Statement.If.Branch>();
        String next = "elif";
        while (next.equals("elif")) {
            Expression condition = expressions.tuple(false);
            branches.add(new Statement.If.Branch(condition, block("elif", "else", "endif")));
            next = tokens.next().text();
        }
        List<Statement> otherwise = List.of();
        if (next.equals("else")) {
            otherwise = block("endif");
            tokens.next();
        }
        return new Statement.If(branches, otherwise, line);
    }

    private Statement forTag(int line) {
        Target target = target("in");
        if (!tokens.skipName("in")) {
            throw tokens.unexpected("'in'");
        }
        Expression over = expressions.tuple(false);
        Optional<Expression> condition =
                tokens.skipName("if") ? Optional.of(expressions.expression()) : Optional.empty();
        if (tokens.atName("recursive")) {
            throw TemplateException.unsupported("a recursive loop").at(line);
        }
        loops++;
        List<Statement> block = block("endfor", "else");
        loops--;
        List<Statement> otherwise = List.of();
        if (tokens.next().text().equals("else")) {
            otherwise = block("endfor");
            tokens.next();
        }
        return new Statement.For(target, over, condition, block, otherwise, line);
    }

    private Statement setTag(int line) {
        Target target = target("=");
        if (tokens.skipOperator("=")) {
            return new Statement.Set(target, expressions.tuple(true), line);
        }
        var filters = expressions.filters();
        List<Statement> block = block("endset");
        tokens.next();
        return new Statement.SetBlock(target, filters, block, line);
    }

    private Target target(String end) {
        Target first = oneTarget();
        if (!tokens.atOperator(",")) {
            return first;
        }
        var targets = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",")
                && !tokens.current().text().equals(end)
                && !tokens.atOperator(")")) {
            targets.add(oneTarget());
        }
        return new Target.Several(targets);
    }

    private Target oneTarget() {
        if (tokens.skipOperator("(")) {
            tokens.enter();
            Target inner = target(")");
            tokens.leave();
            tokens.expectOperator(")");
            return inner;
        }
        String name = targetName();
        return tokens.skipOperator(".")
                ? new Target.Attribute(name, tokens.expect(Kind.NAME, "a name").text())
                : new Target.Variable(name);
    }

    private String targetName() {
        String name = tokens.current().text();
        if (Set.of("true", "True", "false", "False", "none", "None").contains(name)) {
            throw tokens.unexpected("a name that can be set");
        }
        return tokens.expect(Kind.NAME, "a name").text();
    }

    private Statement macroTag(int line) {
        String name = targetName();
        tokens.expectOperator("(");
        var parameters = new ArrayList<Statement.Macro.Parameter>();
        while (!tokens.skipOperator(")")) {
            String parameter = targetName();
            Optional<Expression> otherwise =
                    tokens.skipOperator("=")
                            ? Optional.of(expressions.expression())
                            : Optional.empty();
            if (otherwise.isEmpty()
                    && !parameters.isEmpty()
                    && parameters.getLast().otherwise().isPresent()) {
                throw tokens.unexpected("'=' and a default");
            }
            parameters.add(new Statement.Macro.Parameter(parameter, otherwise));
            tokens.checkArguments(parameters.size());
            if (!tokens.atOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        return new Statement.Macro(name, parameters, outsideLoops("endmacro"), line);
    }
}
