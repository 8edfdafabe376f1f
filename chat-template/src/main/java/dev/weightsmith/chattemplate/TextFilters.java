package dev.weightsmith.chattemplate;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Jinja's filters of texts and numbers.
record TextFilters(Limits limits, TextMethods methods) {
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?");

    /// Longer ones are not numbers that anything is done with.
    private static final int LONGEST_NUMBER = 1000;

    /// What the filter makes of the value, if it is one of these.
    Optional<Value> apply(Value value, Arguments arguments) {
        return switch (arguments.function()) {
            case "string", "safe" -> plain(arguments, text(value));
            case "upper" -> plain(arguments, PythonText.upper(text(value)));
            case "lower" -> plain(arguments, PythonText.lower(text(value)));
            case "capitalize" -> plain(arguments, PythonText.capitalize(text(value)));
            case "title" -> plain(arguments, title(text(value)));
            case "e", "escape" -> plain(arguments, escape(text(value)));
            case "trim" ->
                    some(methods.strip(text(value), arguments.take("chars").given(0), true, true));
            case "replace" -> {
                var given = arguments.take("old", "new", "count");
                long count =
                        given.find(2).isEmpty() || given.value(2) instanceof Value.None
                                ? -1
                                : given.number(2, -1);
                yield some(
                        methods.replace(
                                text(value), text(given.value(0)), text(given.value(1)), count));
            }
            case "indent" -> some(indent(value, arguments));
            case "int" -> Optional.of(whole(value, arguments));
            case "float" -> Optional.of(real(value, arguments));
            case "abs" -> {
                arguments.take();
                yield Optional.of(Numbers.sign(isNegative(value), value));
            }
            default -> Optional.empty();
        };
    }

    private String text(Value value) {
        String text = PythonWriter.text(value, limits);
        limits.work(text.length());
        return text;
    }

    private static Optional<Value> some(String text) {
        return Optional.of(Value.of(text));
    }

    private static Optional<Value> plain(Arguments arguments, String text) {
        arguments.take();
        return some(text);
    }

    /// Each word capitalized; unlike the method, also a word that begins with a digit or a quote.
    private static String title(String text) {
        var out = new StringBuilder();
        boolean begins = true;
        for (int at = 0; at < text.length(); ) {
            String character = Character.toString(text.codePointAt(at));
            at += character.length();
            boolean separates =
                    "-({[<".contains(character) || PythonText.isSpace(character.codePointAt(0));
            out.append(begins ? PythonText.upper(character) : PythonText.lower(character));
            begins = separates;
        }
        return out.toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    private String indent(Value value, Arguments arguments) {
        var given = arguments.take("width", "first", "blank");
        String indent;
        if (given.value(0, Value.of(4)) instanceof Value.Text(String text)) {
            indent = text;
        } else {
            Limits.checkLength(given.number(0, 4));
            indent = " ".repeat((int) Math.max(0, given.number(0, 4)));
        }
        if (!(value instanceof Value.Text(String text))) {
            throw Operators.defined(value)
                    .orElseGet(() -> arguments.wrong("got a " + value.type() + ", expected a str"));
        }
        List<String> lines = TextMethods.lines(text + "\n");
        var out = new TextBuilder(limits);
        for (int i = 0; i < lines.size(); i++) {
            boolean indented =
                    i == 0
                            ? given.truth(1, false)
                            : given.truth(2, false) || !lines.get(i).isEmpty();
            out.append(i > 0 ? "\n" : "").append(indented ? indent : "").append(lines.get(i));
        }
        return out.toString();
    }

    private static boolean isNegative(Value value) {
        return switch (value) {
            case Value.Int(long number) -> number < 0;
            case Value.Real(double number) -> number < 0 || 1 / number < 0;
            default -> false;
        };
    }

    private static Value whole(Value value, Arguments arguments) {
        var given = arguments.take("default", "base");
        Value otherwise = given.value(0, Value.of(0));
        return switch (value) {
            case Value.Int _, Value.Bool _ -> Value.of(Numbers.whole(value));
            case Value.Real(double number) -> cut(number, otherwise);
            case Value.Text(String text) -> whole(text, given.number(1, 10), otherwise);
            case Value.Undefined(String what) -> throw TemplateException.malformed(what);
            default -> otherwise;
        };
    }

    private static Value whole(String text, long base, Value otherwise) {
        String digits = PythonText.strip(text, true, true);
        if (base != 10 || digits.contains("_") || digits.length() > LONGEST_NUMBER) {
            throw TemplateException.unsupported("such an int");
        }
        if (digits.matches("[+-]?\\d+")) {
            try {
                return Value.of(Long.parseLong(digits));
            } catch (NumberFormatException _) {
                throw TemplateException.overLimit("has a number of more than 64 bits");
            }
        }
        return real(digits).map(number -> cut(number, otherwise)).orElse(otherwise);
    }

    private static Value cut(double number, Value otherwise) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return otherwise;
        }
        try {
            return Value.of(new BigDecimal(number).toBigInteger().longValueExact());
        } catch (ArithmeticException _) {
            throw TemplateException.overLimit("has a number of more than 64 bits");
        }
    }

    private static Value real(Value value, Arguments arguments) {
        Value otherwise = arguments.take("default").value(0, new Value.Real(0));
        return switch (value) {
            case Value.Int _, Value.Bool _, Value.Real _ -> new Value.Real(Numbers.real(value));
            case Value.Text(String text) ->
                    real(text).<Value>map(Value.Real::new).orElse(otherwise);
            case Value.Undefined(String what) -> throw TemplateException.malformed(what);
            default -> otherwise;
        };
    }

    private static Optional<Double> real(String text) {
        String digits = PythonText.strip(text, true, true);
        if (digits.length() > LONGEST_NUMBER || digits.contains("_")) {
            throw TemplateException.unsupported("such a float");
        }
        String word = PythonText.lower(digits).replaceFirst("^[+-]", "");
        double sign = digits.startsWith("-") ? -1 : 1;
        return switch (word) {
            case "inf", "infinity" -> Optional.of(sign * Double.POSITIVE_INFINITY);
            case "nan" -> Optional.of(Double.NaN);
            default ->
                    DECIMAL.matcher(digits).matches()
                            ? Optional.of(Double.parseDouble(digits))
                            : Optional.empty();
        };
    }
}
