package dev.weightsmith.architecture;

import dev.weightsmith.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A family of models: what it is called, and the table of its parts.
public final class Architecture {
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

    /// GGUF's own name of the divisors that rope scaling of kind llama3 needs; it has no Hugging
    /// Face name.
    public static final String ROPE_FREQUENCIES = "rope_freqs.weight";

    private final String type;
    private final String modelClass;
    private final List<Part> before;
    private final List<Part> inLayers;
    private final List<Part> after;
    private final Map<World, Names> names = new EnumMap<>(World.class);

    /// How the tensors of one world are called.
    private record Names(
            String layers, Pattern inLayer, Map<String, Part> inLayers, Map<String, Part> outside) {
        static Names of(World world, String layers, List<Part> inLayers, List<Part> outside) {
            return new Names(
                    layers,
                    Pattern.compile(Pattern.quote(layers) + LAYER + "\\.(.+)\\.(weight|bias)"),
                    byName(world, inLayers),
                    byName(world, outside));
        }

        private static Map<String, Part> byName(World world, List<Part> parts) {
            var named = new HashMap<String, Part>();
            for (Part part : parts) {
                part.name(world).ifPresent(name -> named.put(name, part));
            }
            return named;
        }
    }

    private Architecture(
            String type,
            String modelClass,
            List<Part> before,
            List<Part> inLayers,
            List<Part> after) {
        this.type = type;
        this.modelClass = modelClass;
        this.before = List.copyOf(before);
        this.inLayers = List.copyOf(inLayers);
        this.after = List.copyOf(after);
        List<Part> outside = Stream.concat(before.stream(), after.stream()).toList();
        names.put(
                World.HUGGING_FACE,
                Names.of(World.HUGGING_FACE, "model.layers.", inLayers, outside));
        names.put(World.META, Names.of(World.META, "layers.", inLayers, outside));
        names.put(World.GGUF, Names.of(World.GGUF, "blk.", inLayers, outside));
    }

    /// A family, its parts in the order of PyTorch's state dicts (docs/formats/pytorch.md).
    ///
    /// @param type `model_type` of its `config.json` and `general.architecture` of its GGUF files
    /// @param modelClass its class in transformers
    /// @param before parts before the first layer, the embedding among them
    /// @param inLayers parts of each layer
    /// @param after parts after the last layer, the output matrix among them
    public static Architecture of(
            String type,
            String modelClass,
            List<Part> before,
            List<Part> inLayers,
            List<Part> after) {
        return new Architecture(type, modelClass, before, inLayers, after);
    }

    public String type() {
        return type;
    }

    public String modelClass() {
        return modelClass;
    }

    /// Parts of each layer, in the order of state dicts.
    public List<Part> inLayers() {
        return inLayers;
    }

    /// The name of the one tensor with this role outside of layers, which every family has:
    /// [Role#EMBEDDING] or [Role#OUTPUT].
    public String name(Role role) {
        return Stream.concat(before.stream(), after.stream())
                .filter(part -> part.role() == role)
                .findFirst()
                .map(part -> part.huggingFace() + ".weight")
                .orElseThrow(() -> new IllegalStateException(type + " has no " + role));
    }

    /// The weight of the embedding.
    public String embedding() {
        return name(Role.EMBEDDING);
    }

    /// The weight of the output matrix, which tied models do not have.
    public String output() {
        return name(Role.OUTPUT);
    }

    /// Which tensor has this name; empty if the family has none of that name.
    public Optional<Place> place(World world, String name) {
        Names here = namesOf(world);
        Matcher matcher = here.inLayer.matcher(name);
        if (matcher.matches()) {
            return Optional.ofNullable(here.inLayers.get(matcher.group(2)))
                    .map(part ->
                            new Place(
                                    part,
                                    OptionalInt.of(Integer.parseInt(matcher.group(1))),
                                    matcher.group(3).equals("bias")))
                    .filter(place -> !place.isBias() || place.part().bias().possible());
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
        String kind = place.isBias() ? ".bias" : ".weight";
        return place.part()
                .name(world)
                .map(part ->
                        place.layer().isPresent()
                                ? namesOf(world).layers + place.layer().getAsInt() + "." + part
                                : part)
                .map(module -> module + kind);
    }

    /// The Hugging Face name of the tensor that has `other` as its name in `world`.
    public Optional<String> canonical(World world, String other) {
        return place(world, other).flatMap(place -> name(World.HUGGING_FACE, place));
    }

    /// The name in `world` of the tensor with this Hugging Face name.
    public Optional<String> name(World world, String canonical) {
        return place(canonical).flatMap(place -> name(world, place));
    }

    private Names namesOf(World world) {
        Names found = names.get(world);
        if (found == null) {
            throw new IllegalStateException(world.toString());
        }
        return found;
    }

    /// Every weight that a model must have, by Hugging Face name, with its shape: without biases
    /// that are there in some models only. In the order of state dicts.
    ///
    /// @param tied whether the output matrix is the embedding
    public SequencedMap<String, Shape> weights(Sizes sizes, boolean tied) {
        var weights = new LinkedHashMap<String, Shape>();
        places(sizes.layers())
                .filter(place -> !(tied && place.role() == Role.OUTPUT))
                .filter(place -> !place.isBias() || place.part().bias().always())
                .forEach(place ->
                        weights.put(
                                name(World.HUGGING_FACE, place).orElseThrow(), place.shape(sizes)));
        return weights;
    }

    /// All tensors that such a model can have, in the order of state dicts.
    public Stream<Place> places(int layers) {
        var places = new ArrayList<Place>();
        add(places, before, OptionalInt.empty());
        for (int layer = 0; layer < layers; layer++) {
            add(places, inLayers, OptionalInt.of(layer));
        }
        add(places, after, OptionalInt.empty());
        return places.stream();
    }

    private static void add(List<Place> places, List<Part> parts, OptionalInt layer) {
        for (Part part : parts) {
            places.add(new Place(part, layer, false));
            if (part.bias().possible()) {
                places.add(new Place(part, layer, true));
            }
        }
    }

    /// The order in which PyTorch keeps the weights, of Hugging Face names; what is no weight comes
    /// last, by name.
    public Comparator<String> stateDictOrder() {
        return Comparator.comparingInt(this::section)
                .thenComparingInt(
                        name -> place(name).map(place -> place.layer().orElse(0)).orElse(0))
                .thenComparingInt(this::row)
                .thenComparing(name -> place(name).map(Place::isBias).orElse(false))
                .thenComparing(Comparator.naturalOrder());
    }

    private int section(String name) {
        Optional<Part> part = place(name).map(Place::part);
        if (part.isEmpty()) {
            return 3;
        }
        return before.contains(part.get()) ? 0 : inLayers.contains(part.get()) ? 1 : 2;
    }

    private int row(String name) {
        return place(name)
                .map(place ->
                        Stream.of(before, inLayers, after)
                                .mapToInt(parts -> parts.indexOf(place.part()))
                                .filter(index -> index >= 0)
                                .findFirst()
                                .orElse(0))
                .orElse(0);
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
        return type;
    }
}
