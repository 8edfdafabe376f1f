package dev.weightsmith.llama;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a GGUF file is called, taken out of a model's identifier as llama.cpp takes it
/// (docs/specs/gguf.md#model-names): `meta-llama/Llama-2-7b-hf` is `Llama 2 7b Hf` of organization
/// `Meta Llama`.
public record ModelName(
        String name,
        Optional<String> organization,
        Optional<String> basename,
        Optional<String> finetune,
        Optional<String> version,
        Optional<String> sizeLabel) {

    private enum Kind {
        BASENAME,
        SIZE,
        FINETUNE,
        VERSION,
        TYPE
    }

    private static final Pattern VERSION = ignoringCase("(v|iter)?\\d+([.]\\d+)*");
    private static final Pattern TYPE = ignoringCase("i?q\\d(_\\w)*|b?fp?(16|32)");
    private static final Pattern SIZE =
            ignoringCase(
                    "(([A]|\\d+[x])?\\d+([._]\\d+)?[KMBT][\\d]?|small|mini|medium|large|x?xl)");
    private static final Pattern FINETUNE = ignoringCase("chat|instruct|vision|lora");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+([.][0-9]+)?");
    private static final Pattern LEFT_AS_IT_IS = Pattern.compile("(v\\d+(?:\\.\\d+)*|\\d.*)");

    private static Pattern ignoringCase(String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
    }

    /// The name of a model converted as it is: what its configuration calls it, and where that says
    /// nothing, its folder.
    ///
    /// @param parameters elements of all tensors
    public static ModelName of(LlamaConfig config, String folder, long parameters) {
        String known = config.source().path("_name_or_path").asText("");
        // More than one slash: a path on somebody's computer.
        boolean usable = !known.isEmpty() && known.chars().filter(c -> c == '/').count() <= 1;
        ModelName fallback = of(folder, parameters);
        return usable ? of(known, parameters).or(fallback) : fallback;
    }

    /// The name out of an identifier: a folder's name, or `organization/name`.
    ///
    /// @param parameters elements of all tensors
    public static ModelName of(String identifier, long parameters) {
        if (identifier.contains(" ")) {
            return plain(title(identifier));
        }
        int slash = identifier.indexOf('/');
        String full = identifier.substring(slash + 1);
        Optional<String> organization =
                Optional.of(identifier.substring(0, Math.max(slash, 0)))
                        .filter(o -> slash >= 0 && !o.startsWith("."))
                        .map(ModelName::title);
        List<String> parts = new ArrayList<>();
        List<Set<Kind>> kinds = new ArrayList<>();
        for (String part : full.split("-", -1)) {
            if (!part.isEmpty()) {
                annotate(part, parameters, parts, kinds);
            }
        }
        ignoreWordsBesideNumbers(parts, kinds);
        findBasename(parts, kinds);
        Optional<String> size = joined(parts, kinds, k -> k.contains(Kind.SIZE));
        Optional<String> finetune = joined(parts, kinds, k -> k.contains(Kind.FINETUNE));
        Optional<String> version =
                joined(parts, kinds, k -> k.contains(Kind.VERSION) && !k.contains(Kind.BASENAME));
        boolean tooLittle = size.isEmpty() && finetune.isEmpty() && version.isEmpty();
        return new ModelName(
                title(full),
                organization,
                tooLittle ? Optional.empty() : joined(parts, kinds, k -> k.contains(Kind.BASENAME)),
                finetune,
                version,
                size);
    }

    private static ModelName plain(String name) {
        return new ModelName(
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /// The same under another name.
    public ModelName withName(String other) {
        return new ModelName(other, organization, basename, finetune, version, sizeLabel);
    }

    private ModelName or(ModelName other) {
        return new ModelName(
                name,
                organization.or(other::organization),
                basename.or(other::basename),
                finetune.or(other::finetune),
                version.or(other::version),
                sizeLabel.or(other::sizeLabel));
    }

    private static void annotate(
            String part, long parameters, List<String> parts, List<Set<Kind>> kinds) {
        Set<Kind> kind = EnumSet.noneOf(Kind.class);
        String text = part;
        if (VERSION.matcher(part).matches()) {
            kind.add(Kind.VERSION);
        } else if (TYPE.matcher(part).matches()) {
            kind.add(Kind.TYPE);
            text = part.toUpperCase(Locale.ROOT);
        } else if (!parts.isEmpty() && SIZE.matcher(part).matches()) {
            text = normalSize(part);
            if (isFarFrom(parameters, text)) {
                // Likely the length of a context.
                kind.add(Kind.FINETUNE);
                int last = text.length() - 1;
                text = text.substring(0, last) + text.substring(last).toLowerCase(Locale.ROOT);
            } else {
                kind.add(Kind.SIZE);
            }
        } else if (!parts.isEmpty() && FINETUNE.matcher(part).matches()) {
            kind.add(Kind.FINETUNE);
        }
        parts.add(text);
        kinds.add(kind);
    }

    /// `7b` as `7B`, `7b1` as `7.1B`, `1_5B` as `1.5B`.
    private static String normalSize(String part) {
        String text = part.replace('_', '.');
        int last = text.length() - 1;
        if (Character.isDigit(text.charAt(last))) {
            text = text.substring(0, last - 1) + "." + text.charAt(last) + text.charAt(last - 1);
            last = text.length() - 1;
        }
        boolean afterDigit = last > 0 && Character.isDigit(text.charAt(last - 1));
        return afterDigit && "kmbt".indexOf(text.charAt(last)) >= 0
                ? text.substring(0, last) + text.substring(last).toUpperCase(Locale.ROOT)
                : text;
    }

    /// Whether a size label differs from the model's real size by more than 7/8 of it.
    private static boolean isFarFrom(long parameters, String label) {
        String number = label.substring(0, label.length() - 1);
        if (parameters <= 0 || !NUMBER.matcher(number).matches()) {
            return false;
        }
        double thousands = " KMBT".indexOf(label.charAt(label.length() - 1));
        double said = Double.parseDouble(number) * Math.pow(1000, thousands);
        return Math.abs(said - parameters) > Math.floorDiv(7 * parameters, 8);
    }

    private static void ignoreWordsBesideNumbers(List<String> parts, List<Set<Kind>> kinds) {
        boolean numbered = false;
        for (int i = 0; i < parts.size(); i++) {
            numbered |=
                    kinds.get(i).contains(Kind.SIZE)
                            && parts.get(i).chars().anyMatch(Character::isDigit);
        }
        for (int i = 0; numbered && i < parts.size(); i++) {
            if (parts.get(i).chars().allMatch(Character::isLetter)) {
                kinds.get(i).remove(Kind.SIZE);
            }
        }
    }

    private static void findBasename(List<String> parts, List<Set<Kind>> kinds) {
        boolean atStart = true;
        for (int i = 0; i < parts.size(); i++) {
            Set<Kind> kind = kinds.get(i);
            boolean word = kind.isEmpty() && Character.isLetter(parts.get(i).charAt(0));
            if (atStart && (word || kind.contains(Kind.VERSION))) {
                kind.add(Kind.BASENAME);
            } else {
                atStart = false;
                if (kind.isEmpty()) {
                    kind.add(Kind.FINETUNE);
                }
            }
        }
        // A version at the end is no part of the basename.
        for (Set<Kind> kind : kinds.reversed()) {
            if (!kind.contains(Kind.BASENAME) || kind.size() == 1) {
                break;
            }
            kind.remove(Kind.BASENAME);
        }
    }

    private static Optional<String> joined(
            List<String> parts, List<Set<Kind>> kinds, Predicate<Set<Kind>> wanted) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            if (wanted.test(kinds.get(i))) {
                found.add(parts.get(i));
            }
        }
        return Optional.of(String.join("-", new LinkedHashSet<>(found)))
                .filter(text -> !text.isEmpty());
    }

    /// Words apart and capitalized, except versions and what has capitals already.
    private static String title(String identifier) {
        return Pattern.compile("\\s+")
                .splitAsStream(identifier.strip().replace('-', ' '))
                .map(ModelName::capitalized)
                .collect(Collectors.joining(" "));
    }

    private static String capitalized(String word) {
        boolean lower =
                word.chars().anyMatch(Character::isLowerCase)
                        && word.chars().noneMatch(Character::isUpperCase);
        if (!lower || LEFT_AS_IT_IS.matcher(word).matches()) {
            return word;
        }
        var out = new StringBuilder(word);
        for (int i = 0; i < word.length(); i++) {
            if (i == 0 || !Character.isLetter(word.charAt(i - 1))) {
                out.setCharAt(i, Character.toTitleCase(word.charAt(i)));
            }
        }
        return out.toString();
    }
}
