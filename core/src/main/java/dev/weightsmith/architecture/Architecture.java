package dev.weightsmith.architecture;

import dev.weightsmith.tensor.Shape;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A family of models: what it is called, and the table of its parts.
public final class Architecture {
    /// The weight of the embedding, which transformers calls so in every family.
    public static final String EMBEDDING = "model.embed_tokens.weight";

    /// The matrix that makes logits, which transformers calls so in every family, and which tied
    /// models do not have.
    public static final String OUTPUT = "lm_head.weight";

    /// GGUF's own name of the divisors that rope scaling of kind llama3 needs; it has no Hugging
    /// Face name.
    public static final String ROPE_FREQUENCIES = "rope_freqs.weight";

    /// At most nine digits and no leading zero, so that two names are never the same layer.
    private static final String LAYER = "(0|[1-9][0-9]{0,8})";

    private static final Pattern GGUF_LAYER = Pattern.compile("blk\\.(\\d{1,9})\\..*");

    private static final Pattern DROPPED =
            Pattern.compile(
                    "(.*\\.)?rotary_emb\\.inv_freq"
                            + "|(.*\\.)?attention\\.bias"
                            + "|(.*\\.)?masked_bias"
                            + "|rope\\.freqs"
                            + "|rope_freqs\\.weight");

    private final String title;
    private final String type;
    private final String modelClass;
    private final List<Part> before;
    private final List<Part> inLayers;
    private final List<Part> after;
    private final Map<World, Names> names = new EnumMap<>(World.class);

    /// How the tensors of one world are called.
    private record Names(
            String layers, Pattern inLayer, Map<String, Part> inLayers, Map<String, Part> outside) {
        static Names of(World world, List<Part> inLayers, Stream<Part> outside) {
            return new Names(
                    world.layers(),
                    Pattern.compile(
                            Pattern.quote(world.layers()) + LAYER + "\\.(.+)\\.(weight|bias)"),
                    byName(world, inLayers.stream()),
                    byName(world, outside));
        }

        private static Map<String, Part> byName(World world, Stream<Part> parts) {
            var named = new HashMap<String, Part>();
            parts.forEach(part -> part.name(world).ifPresent(name -> named.put(name, part)));
            return named;
        }
    }

    /// A family, its parts in the order of PyTorch's state dicts
    /// (docs/formats/pytorch.md#order-of-the-dict).
    ///
    /// @param title for messages
    /// @param type `model_type` of its `config.json` and `general.architecture` of its GGUF files
    /// @param modelClass its class in transformers
    /// @param before parts before the first layer
    /// @param inLayers parts of each layer
    /// @param after parts after the last layer
    /// @throws IllegalArgumentException if it lacks the two matrices of the vocabulary
    public Architecture(
            String title,
            String type,
            String modelClass,
            List<Part> before,
            List<Part> inLayers,
            List<Part> after) {
        this.title = title;
        this.type = type;
        this.modelClass = modelClass;
        this.before = List.copyOf(before);
        this.inLayers = List.copyOf(inLayers);
        this.after = List.copyOf(after);
        for (World world : World.values()) {
            names.put(
                    world,
                    Names.of(world, inLayers, Stream.concat(before.stream(), after.stream())));
        }
        if (place(EMBEDDING).isEmpty() || place(OUTPUT).isEmpty()) {
            throw new IllegalArgumentException(
                    "%s lacks %s or %s".formatted(title, EMBEDDING, OUTPUT));
        }
    }

    public String type() {
        return type;
    }

    public String modelClass() {
        return modelClass;
    }

    /// Whether the tensor is one of the two of the vocabulary.
    public static boolean isVocabulary(String canonical) {
        return canonical.equals(EMBEDDING) || canonical.equals(OUTPUT);
    }

    /// Which tensor has this name; empty if the family has none of that name.
    public Optional<Place> place(World world, String name) {
        Names here = names(world);
        Matcher matcher = here.inLayer.matcher(name);
        if (matcher.matches()) {
            boolean bias = matcher.group(3).equals("bias");
            var layer = OptionalInt.of(Integer.parseInt(matcher.group(1)));
            return Optional.ofNullable(here.inLayers.get(matcher.group(2)))
                    .filter(part -> !bias || part.mayHaveBias())
                    .map(part -> new Place(part, layer, bias));
        }
        int dot = name.lastIndexOf('.');
        if (dot < 0 || !name.endsWith(".weight")) {
            return Optional.empty();
        }
        return Optional.ofNullable(here.outside.get(name.substring(0, dot)))
                .map(part -> new Place(part, OptionalInt.empty(), false));
    }

    /// Which tensor has this Hugging Face name.
    public Optional<Place> place(String canonical) {
        return place(World.HUGGING_FACE, canonical);
    }

    /// What a tensor is called; empty where that world does not know such a part.
    public Optional<String> name(World world, Place place) {
        if (world == World.META && place.isBias()) {
            return Optional.empty();
        }
        return place.part()
                .name(world)
                .map(part ->
                        place.layer().isPresent()
                                ? names(world).layers + place.layer().getAsInt() + "." + part
                                : part)
                .map(module -> module + (place.isBias() ? ".bias" : ".weight"));
    }

    /// The Hugging Face name of the tensor that has `other` as its name in `world`.
    public Optional<String> canonical(World world, String other) {
        return place(world, other).flatMap(place -> name(World.HUGGING_FACE, place));
    }

    /// The name in `world` of the tensor with this Hugging Face name.
    public Optional<String> name(World world, String canonical) {
        return place(canonical).flatMap(place -> name(world, place));
    }

    /// The Hugging Face name of the weight that does this in a layer.
    public String name(Role role, int layer) {
        return name(inLayers.stream(), role, OptionalInt.of(layer));
    }

    /// The Hugging Face name of the weight outside of layers that does this.
    public String name(Role role) {
        return name(Stream.concat(before.stream(), after.stream()), role, OptionalInt.empty());
    }

    private String name(Stream<Part> parts, Role role, OptionalInt layer) {
        return parts.filter(part -> part.role() == role)
                .findFirst()
                .flatMap(part -> name(World.HUGGING_FACE, new Place(part, layer, false)))
                .orElseThrow(() -> new IllegalStateException(title + " has no " + role));
    }

    private Names names(World world) {
        Names found = names.get(world);
        if (found == null) {
            throw new IllegalStateException(world.toString());
        }
        return found;
    }

    /// Every tensor that a model must have, by Hugging Face name, with its shape, in the order of
    /// state dicts.
    ///
    /// @param tied whether the output matrix is the embedding
    /// @param says whether its `config.json` says a field, as biases may be announced
    public SequencedMap<String, Shape> weights(Sizes sizes, boolean tied, Predicate<String> says) {
        var weights = new LinkedHashMap<String, Shape>();
        places(sizes.layers())
                .filter(place -> !(tied && place.part().role() == Role.OUTPUT))
                .filter(place -> !place.isBias() || place.part().hasBias(says))
                .forEach(place ->
                        weights.put(
                                name(World.HUGGING_FACE, place).orElseThrow(), place.shape(sizes)));
        return weights;
    }

    /// All tensors that a model of the family can have, in the order of state dicts.
    public Stream<Place> places(int layers) {
        return Stream.of(
                        places(before, OptionalInt.empty()),
                        IntStream.range(0, layers)
                                .boxed()
                                .flatMap(layer -> places(inLayers, OptionalInt.of(layer))),
                        places(after, OptionalInt.empty()))
                .flatMap(places -> places);
    }

    private static Stream<Place> places(List<Part> parts, OptionalInt layer) {
        return parts.stream()
                .flatMap(part ->
                        Stream.of(new Place(part, layer, false), new Place(part, layer, true)))
                .filter(place -> !place.isBias() || place.part().mayHaveBias());
    }

    /// The order in which PyTorch keeps the tensors, of Hugging Face names; what is none of them
    /// comes last, by name.
    public Comparator<String> stateDictOrder() {
        return Comparator.comparing(this::position).thenComparing(Comparator.naturalOrder());
    }

    private record Position(int section, int layer, int part, boolean bias)
            implements Comparable<Position> {
        @Override
        public int compareTo(Position other) {
            return Comparator.comparingInt(Position::section)
                    .thenComparingInt(Position::layer)
                    .thenComparingInt(Position::part)
                    .thenComparing(Position::bias)
                    .compare(this, other);
        }
    }

    private Position position(String name) {
        List<List<Part>> sections = List.of(before, inLayers, after);
        Optional<Place> place = place(name);
        for (int section = 0; section < sections.size() && place.isPresent(); section++) {
            int part = sections.get(section).indexOf(place.get().part());
            if (part >= 0) {
                return new Position(
                        section, place.get().layer().orElse(0), part, place.get().isBias());
            }
        }
        return new Position(sections.size(), 0, 0, false);
    }

    /// Whether a tensor of that name, in any of the worlds, is left out of every output because it
    /// follows from the configuration.
    public static boolean isDropped(String name) {
        return DROPPED.matcher(name).matches();
    }

    /// The order in which llama.cpp's quantizer writes tensors: those outside layers by name, then
    /// layer after layer, each by name. Of GGUF names.
    public static Comparator<String> ggufOrder() {
        return Comparator.comparingInt(Architecture::ggufLayer)
                .thenComparing(Comparator.naturalOrder());
    }

    private static int ggufLayer(String name) {
        Matcher matcher = GGUF_LAYER.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    @Override
    public String toString() {
        return title;
    }
}
