package dev.weightsmith.chattemplate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What Python's arithmetic answers, with whole numbers of 64 bits.
final class Numbers {
    private Numbers() {}

    static Value calculate(String operator, Value left, Value right) {
        if (operator.equals("%") && left instanceof Value.Text) {
            throw TemplateException.unsupported("'%' with a str");
        }
        if (left instanceof Value.Undefined || right instanceof Value.Undefined) {
            throw Operators.defined(left).or(() -> Operators.defined(right)).orElseThrow();
        }
        if (operator.equals("+")) {
            if (left instanceof Value.Text(String one)
                    && right instanceof Value.Text(String other)) {
                Limits.checkLength((long) one.length() + other.length());
                return Value.of(one + other);
            }
            if (left instanceof Value.Items one
                    && right instanceof Value.Items other
                    && isList(one)
                    && one.kind() == other.kind()) {
                Limits.checkCount((long) one.items().size() + other.items().size());
                var both = new ArrayList<>(one.items());
                both.addAll(other.items());
                return new Value.Items(one.kind(), both);
            }
        }
        if (operator.equals("*") && (isRepeatable(left) || isRepeatable(right))) {
            return isRepeatable(left) ? repeat(left, right) : repeat(right, left);
        }
        if (!isNumber(left) || !isNumber(right)) {
            throw TemplateException.malformed(
                    "has " + left.type() + " " + operator + " " + right.type());
        }
        return left instanceof Value.Real || right instanceof Value.Real
                ? real(operator, real(left), real(right))
                : whole(operator, whole(left), whole(right));
    }

    private static boolean isNumber(Value value) {
        return value instanceof Value.Int
                || value instanceof Value.Real
                || value instanceof Value.Bool;
    }

    private static boolean isList(Value.Items items) {
        return items.kind() == Value.Items.Kind.LIST || items.kind() == Value.Items.Kind.TUPLE;
    }

    private static boolean isRepeatable(Value value) {
        return value instanceof Value.Text || (value instanceof Value.Items items && isList(items));
    }

    private static Value repeat(Value value, Value count) {
        if (!isNumber(count) || count instanceof Value.Real) {
            throw TemplateException.malformed("has " + value.type() + " * " + count.type());
        }
        long times = Math.max(0, whole(count));
        if (value instanceof Value.Items(Value.Items.Kind kind, List<Value> items)) {
            Limits.checkCount(product(times, items.size()));
            var all = new ArrayList<Value>();
            Collections.nCopies(items.isEmpty() ? 0 : (int) times, items).forEach(all::addAll);
            return new Value.Items(kind, all);
        }
        String text = ((Value.Text) value).text();
        Limits.checkLength(product(times, text.length()));
        return Value.of(text.isEmpty() ? "" : text.repeat((int) times));
    }

    private static long product(long times, long size) {
        return size == 0 ? 0 : times > Integer.MAX_VALUE ? Long.MAX_VALUE : times * size;
    }

    static Value sign(boolean negative, Value value) {
        if (value instanceof Value.Real(double number)) {
            return new Value.Real(negative ? -number : number);
        }
        if (!isNumber(value)) {
            throw Operators.defined(value)
                    .orElseGet(
                            () -> TemplateException.malformed("has a sign before " + value.type()));
        }
        return negative ? whole("-", 0, whole(value)) : Value.of(whole(value));
    }

    static long whole(Value value) {
        return switch (value) {
            case Value.Int(long number) -> number;
            case Value.Bool(boolean is) -> is ? 1 : 0;
            default -> throw TemplateException.malformed("has a " + value.type() + ", not an int");
        };
    }

    static double real(Value value) {
        return value instanceof Value.Real(double number) ? number : (double) whole(value);
    }

    private static Value whole(String operator, long left, long right) {
        try {
            return switch (operator) {
                case "+" -> Value.of(Math.addExact(left, right));
                case "-" -> Value.of(Math.subtractExact(left, right));
                case "*" -> Value.of(Math.multiplyExact(left, right));
                case "/" -> new Value.Real((double) left / nonzero(right));
                case "//" -> Value.of(Math.floorDivExact(left, nonzero(right)));
                case "%" -> Value.of(Math.floorMod(left, nonzero(right)));
                case "**" ->
                        right < 0
                                ? real(operator, (double) left, (double) right)
                                : Value.of(power(left, right));
                default -> throw new IllegalArgumentException(operator);
            };
        } catch (ArithmeticException _) {
            throw TemplateException.overLimit("has a number of more than 64 bits");
        }
    }

    private static long nonzero(long divisor) {
        if (divisor == 0) {
            throw TemplateException.malformed("divides by zero");
        }
        return divisor;
    }

    private static long power(long base, long exponent) {
        long result = 1;
        long square = base;
        for (long left = exponent; left > 0; left >>= 1) {
            if ((left & 1) == 1) {
                result = Math.multiplyExact(result, square);
            }
            if (left > 1) {
                square = Math.multiplyExact(square, square);
            }
        }
        return result;
    }

    private static Value real(String operator, double left, double right) {
        boolean zeroDivides =
                operator.equals("**")
                        ? left == 0 && right < 0
                        : right == 0 && List.of("/", "//", "%").contains(operator);
        if (zeroDivides) {
            throw TemplateException.malformed("divides by zero");
        }
        return new Value.Real(
                switch (operator) {
                    case "+" -> left + right;
                    case "-" -> left - right;
                    case "*" -> left * right;
                    case "/" -> left / right;
                    case "//" -> floorDivide(left, right);
                    case "%" -> modulo(left, right);
                    case "**" -> power(left, right);
                    default -> throw new IllegalArgumentException(operator);
                });
    }

    /// The remainder, with the divisor's sign.
    private static double modulo(double left, double right) {
        double rest = left % right;
        if (rest == 0) {
            return Math.copySign(0, right);
        }
        boolean sameSign = (rest < 0) == (right < 0);
        return sameSign || Double.isNaN(rest) ? rest : rest + right;
    }

    private static double floorDivide(double left, double right) {
        double quotient = (left - modulo(left, right)) / right;
        if (quotient == 0) {
            return Math.copySign(0, left / right);
        }
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private static double power(double base, double exponent) {
        if (base == 1) {
            return 1;
        }
        double result = Math.pow(base, exponent);
        if (Double.isInfinite(result) && !Double.isInfinite(base) && !Double.isInfinite(exponent)) {
            throw TemplateException.overLimit("has a number that is too large");
        }
        if (Double.isNaN(result) && !Double.isNaN(base) && !Double.isNaN(exponent)) {
            throw TemplateException.unsupported("a root of a negative number");
        }
        return result;
    }
}
