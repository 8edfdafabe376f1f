package dev.weightsmith.chattemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Python's methods of strings.
record TextMethods(Limits limits) {
    /// All that Python has: those that [#call] does not know are unsupported, not undefined.
    static final Set<String> NAMES =
            Set.of(
                    "capitalize",
                    "casefold",
                    "center",
                    "count",
                    "encode",
                    "endswith",
                    "expandtabs",
                    "find",
                    "format",
                    "format_map",
                    "index",
                    "isalnum",
                    "isalpha",
                    "isascii",
                    "isdecimal",
                    "isdigit",
                    "isidentifier",
                    "islower",
                    "isnumeric",
                    "isprintable",
                    "isspace",
                    "istitle",
                    "isupper",
                    "join",
                    "ljust",
                    "lower",
                    "lstrip",
                    "maketrans",
                    "partition",
                    "removeprefix",
                    "removesuffix",
                    "replace",
                    "rfind",
                    "rindex",
                    "rjust",
                    "rpartition",
                    "rsplit",
                    "rstrip",
                    "split",
                    "splitlines",
                    "startswith",
                    "strip",
                    "swapcase",
                    "title",
                    "translate",
                    "upper",
                    "zfill");

    Value call(String text, Arguments arguments) {
        limits.work(text.length());
        return switch (arguments.function()) {
            case "strip" -> Value.of(strip(text, arguments, true, true));
            case "lstrip" -> Value.of(strip(text, arguments, true, false));
            case "rstrip" -> Value.of(strip(text, arguments, false, true));
            case "upper" -> none(arguments, PythonText.upper(text));
            case "lower" -> none(arguments, PythonText.lower(text));
            case "title" -> none(arguments, PythonText.title(text));
            case "capitalize" -> none(arguments, PythonText.capitalize(text));
            case "startswith" -> Value.of(has(text, arguments, true));
            case "endswith" -> Value.of(has(text, arguments, false));
            case "removeprefix" -> {
                String prefix = arguments.take("prefix").text(0);
                yield Value.of(text.startsWith(prefix) ? text.substring(prefix.length()) : text);
            }
            case "removesuffix" -> {
                String suffix = arguments.take("suffix").text(0);
                yield Value.of(
                        text.endsWith(suffix)
                                ? text.substring(0, text.length() - suffix.length())
                                : text);
            }
            case "find" -> find(text, arguments, false);
            case "rfind" -> find(text, arguments, true);
            case "count" -> count(text, arguments.take("part").text(0));
            case "replace" -> {
                var given = arguments.take("old", "new", "count");
                yield Value.of(replace(text, given.text(0), given.text(1), given.number(2, -1)));
            }
            case "split" -> split(text, arguments, false);
            case "rsplit" -> split(text, arguments, true);
            case "splitlines" -> {
                arguments.take();
                yield texts(lines(text));
            }
            case "join" -> join(text, arguments);
            case String name -> throw TemplateException.unsupported("str." + name);
        };
    }

    private static Value none(Arguments arguments, String result) {
        arguments.take();
        return Value.of(result);
    }

    private String strip(String text, Arguments arguments, boolean left, boolean right) {
        return strip(text, arguments.take("characters").given(0), left, right);
    }

    String strip(String text, Optional<String> characters, boolean left, boolean right) {
        limits.search(text, characters.orElse(" "));
        return characters
                .map(those -> PythonText.strip(text, those, left, right))
                .orElseGet(() -> PythonText.strip(text, left, right));
    }

    private static boolean has(String text, Arguments arguments, boolean atStart) {
        var given = arguments.take("part");
        List<Value> parts =
                given.value(0) instanceof Value.Items(Value.Items.Kind kind, List<Value> items)
                                && kind == Value.Items.Kind.TUPLE
                        ? items
                        : List.of(new Value.Text(given.text(0)));
        return parts.stream()
                .map(part -> Arguments.of(arguments.function(), List.of(part)).take("part").text(0))
                .anyMatch(part -> atStart ? text.startsWith(part) : text.endsWith(part));
    }

    private Value find(String text, Arguments arguments, boolean last) {
        String part = arguments.take("part").text(0);
        limits.search(text, part);
        int place = last ? text.lastIndexOf(part) : text.indexOf(part);
        return Value.of(place < 0 ? -1L : text.codePointCount(0, place));
    }

    private Value count(String text, String part) {
        limits.search(text, part);
        if (part.isEmpty()) {
            return Value.of(PythonText.length(text) + 1L);
        }
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return Value.of(count);
    }

    /// @param count how many, all if negative
    String replace(String text, String old, String replacement, long count) {
        limits.search(text, old);
        var out = new TextBuilder(limits);
        int from = 0;
        int search = 0;
        for (long left = count; left != 0 && search <= text.length(); left--) {
            int place = text.indexOf(old, search);
            if (place < 0) {
                break;
            }
            out.append(text.substring(from, place)).append(replacement);
            from = place + old.length();
            // An empty text is found before each character and at the end.
            search = from;
            if (old.isEmpty()) {
                search += place < text.length() ? Character.charCount(text.codePointAt(place)) : 1;
            }
        }
        return out.append(text.substring(from)).toString();
    }

    private Value split(String text, Arguments arguments, boolean fromEnd) {
        var given = arguments.take("sep", "maxsplit");
        Optional<String> separator = given.given(0);
        long most = given.number(1, -1) < 0 ? Long.MAX_VALUE : given.number(1, -1);
        if (separator.isPresent() && separator.get().isEmpty()) {
            throw arguments.wrong("got an empty separator");
        }
        limits.search(text, separator.orElse(" "));
        if (!fromEnd) {
            return texts(
                    separator.isPresent() ? split(text, separator.get(), most) : words(text, most));
        }
        String reversed = reverse(text);
        List<String> parts =
                separator.isPresent()
                        ? split(reversed, reverse(separator.get()), most)
                        : words(reversed, most);
        return texts(parts.stream().map(TextMethods::reverse).toList().reversed());
    }

    static String reverse(String text) {
        return new StringBuilder(text).reverse().toString();
    }

    private static List<String> split(String text, String separator, long most) {
        var parts = new ArrayList<String>();
        int from = 0;
        while (parts.size() < most) {
            int place = text.indexOf(separator, from);
            if (place < 0) {
                break;
            }
            Limits.checkCount(parts.size() + 1L);
            parts.add(text.substring(from, place));
            from = place + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static List<String> words(String text, long most) {
        var words = new ArrayList<String>();
        int at = 0;
        while (true) {
            while (at < text.length() && PythonText.isSpace(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                return words;
            }
            int from = at;
            if (words.size() == most) {
                words.add(text.substring(from));
                return words;
            }
            while (at < text.length() && !PythonText.isSpace(text.charAt(at))) {
                at++;
            }
            Limits.checkCount(words.size() + 1L);
            words.add(text.substring(from, at));
        }
    }

    /// Without what ends them.
    static List<String> lines(String text) {
        var lines = new ArrayList<String>();
        int from = 0;
        for (int at = 0; at < text.length(); at++) {
            if (endsLine(text.charAt(at))) {
                lines.add(text.substring(from, at));
                Limits.checkCount(lines.size());
                if (text.startsWith("\r\n", at)) {
                    at++;
                }
                from = at + 1;
            }
        }
        if (from < text.length()) {
            lines.add(text.substring(from));
        }
        return lines;
    }

    private static boolean endsLine(char character) {
        return switch (character) {
            case '\n', 0x0b, '\f', '\r', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029 -> true;
            default -> false;
        };
    }

    private static Value texts(List<String> texts) {
        return Value.Items.list(texts.stream().map(Value::of).toList());
    }

    private Value join(String separator, Arguments arguments) {
        List<Value> parts = arguments.take("parts").value(0).elements();
        var out = new TextBuilder(limits);
        for (Value part : parts) {
            out.append(Arguments.of("join", List.of(part)).take("part").text(0));
            out.append(separator);
        }
        String all = out.toString();
        return Value.of(parts.isEmpty() ? "" : all.substring(0, all.length() - separator.length()));
    }
}
