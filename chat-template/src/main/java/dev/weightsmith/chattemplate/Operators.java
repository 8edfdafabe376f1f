package dev.weightsmith.chattemplate;

import dev.weightsmith.chattemplate.Expression.Operator;
import java.util.List;
import java.util.Optional;

/// What Python's comparisons answer.
final class Operators {
    private final Limits limits;

    Operators(Limits limits) {
        this.limits = limits;
    }

    boolean holds(Operator operator, Value left, Value right) {
        return switch (operator) {
            case EQUAL -> equal(left, right);
            case UNEQUAL -> !equal(left, right);
            case LESS -> ordered(left, right) && compare(left, right) < 0;
            case LESS_OR_EQUAL -> ordered(left, right) && compare(left, right) <= 0;
            case GREATER -> ordered(left, right) && compare(left, right) > 0;
            case GREATER_OR_EQUAL -> ordered(left, right) && compare(left, right) >= 0;
            case IN -> contains(right, left);
            case NOT_IN -> !contains(right, left);
        };
    }

    boolean equal(Value left, Value right) {
        limits.enter();
        boolean equal =
                switch (left) {
                    case Value.Text(String one) ->
                            right instanceof Value.Text(String other) && equal(one, other);
                    case Value.Int _, Value.Real _, Value.Bool _ ->
                            isNumber(right) && !isNan(left, right) && compare(left, right) == 0;
                    case Value.None _ -> right instanceof Value.None;
                    case Value.Undefined _ -> right instanceof Value.Undefined;
                    case Value.Items one ->
                            right instanceof Value.Items other
                                    && one.kind() == other.kind()
                                    && equal(one.items(), other.items());
                    case Value.Mapping one ->
                            right instanceof Value.Mapping other && equal(one, other);
                    case Value.Stream _, Value.Namespace _, Value.Loop _, Value.Function _ ->
                            same(left, right);
                };
        limits.leave();
        return equal;
    }

    @SuppressWarnings("ReferenceEquality") // identity is what is asked
    private static boolean same(Value left, Value right) {
        return left == right;
    }

    private boolean equal(String one, String other) {
        if (one.length() != other.length()) {
            return false;
        }
        limits.work(one.length() / 8);
        return one.equals(other);
    }

    private boolean equal(List<Value> one, List<Value> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!equal(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean equal(Value.Mapping one, Value.Mapping other) {
        if (one.entries().size() != other.entries().size()) {
            return false;
        }
        for (var entry : one.entries().entrySet()) {
            Value value = other.entries().get(entry.getKey());
            if (value == null || !equal(entry.getValue(), value)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumber(Value value) {
        return value instanceof Value.Int
                || value instanceof Value.Real
                || value instanceof Value.Bool;
    }

    private static boolean isNan(Value left, Value right) {
        return isNan(left) || isNan(right);
    }

    private static boolean isNan(Value value) {
        return value instanceof Value.Real(double number) && Double.isNaN(number);
    }

    /// Nothing is more or less than `nan`.
    private static boolean ordered(Value left, Value right) {
        return !isNan(left, right);
    }

    /// Which comes first.
    ///
    /// @throws TemplateException if Python has no order of such values
    int compare(Value left, Value right) {
        limits.enter();
        int order;
        if (left instanceof Value.Text(String one) && right instanceof Value.Text(String other)) {
            limits.work(Math.min(one.length(), other.length()));
            order = PythonText.compare(one, other);
        } else if (isNan(left, right)) {
            throw TemplateException.unsupported("an order of what is no number");
        } else if (isNumber(left) && isNumber(right)) {
            order = compareNumbers(left, right);
        } else if (left instanceof Value.Items one
                && right instanceof Value.Items other
                && one.kind() == other.kind()
                && (one.kind() == Value.Items.Kind.LIST || one.kind() == Value.Items.Kind.TUPLE)) {
            order = compare(one.items(), other.items());
        } else {
            throw defined(left)
                    .or(() -> defined(right))
                    .orElseGet(() ->
                            TemplateException.malformed(
                                    "asks whether a "
                                            + left.type()
                                            + " is less than a "
                                            + right.type()));
        }
        limits.leave();
        return order;
    }

    private int compare(List<Value> one, List<Value> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            if (!equal(one.get(i), other.get(i))) {
                return compare(one.get(i), other.get(i));
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    private static int compareNumbers(Value left, Value right) {
        if (!(left instanceof Value.Real) && !(right instanceof Value.Real)) {
            return Long.compare(Numbers.whole(left), Numbers.whole(right));
        }
        if (left instanceof Value.Real(double one) && right instanceof Value.Real(double other)) {
            return one < other ? -1 : one == other ? 0 : 1;
        }
        return left instanceof Value.Real(double one)
                ? compare(one, Numbers.whole(right))
                : -compare(Numbers.real(right), Numbers.whole(left));
    }

    /// Exactly, where a long has more digits than a double.
    private static int compare(double one, long other) {
        if (Math.abs(one) >= 0x1p63) {
            return one > 0 ? 1 : -1;
        }
        long whole = (long) one;
        if (whole != other) {
            return Long.compare(whole, other);
        }
        double rest = one - whole;
        return rest < 0 ? -1 : rest > 0 ? 1 : 0;
    }

    boolean contains(Value in, Value value) {
        return switch (in) {
            case Value.Text(String text) -> {
                if (value instanceof Value.Text(String part)) {
                    limits.search(text, part);
                    yield text.contains(part);
                }
                throw TemplateException.malformed("looks for a " + value.type() + " in a str");
            }
            case Value.Mapping mapping -> {
                if (value instanceof Value.Mapping
                        || (value instanceof Value.Items(Value.Items.Kind kind, _)
                                && kind == Value.Items.Kind.LIST)) {
                    throw TemplateException.malformed("looks for a " + value.type() + " as a key");
                }
                yield mapping.entries().keySet().stream().anyMatch(key -> equal(key, value));
            }
            case Value.Items _, Value.Stream _, Value.Undefined _ ->
                    in.elements().stream().anyMatch(item -> equal(item, value));
            case Value.Int _,
                    Value.Real _,
                    Value.Bool _,
                    Value.None _,
                    Value.Namespace _,
                    Value.Loop _,
                    Value.Function _ ->
                    throw TemplateException.malformed("looks into a " + in.type());
        };
    }

    /// The error of doing something with what is not there.
    static Optional<TemplateException> defined(Value value) {
        return value instanceof Value.Undefined(String what)
                ? Optional.of(TemplateException.malformed(what))
                : Optional.empty();
    }
}
