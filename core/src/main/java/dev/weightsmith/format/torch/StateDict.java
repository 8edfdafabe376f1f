package dev.weightsmith.format.torch;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.torch.PickleValue.Dict;
import dev.weightsmith.format.torch.PickleValue.Tensor;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tensors of a pickle by name, in the order of its dicts, and the names of what are none.
///
/// A training checkpoint keeps its tensors under `model` or `state_dict`: then these are the
/// tensors, and what lies beside them is ignored. Other dicts inside dicts give names joined by
/// dots.
record StateDict(Map<String, Tensor> tensors, List<String> ignored) {
    private static final List<String> WRAPPERS = List.of("state_dict", "model");
    private static final int MOST_WRAPPERS = 2;
    private static final int DEEPEST = 64;
    private static final int MOST_NAMES = 1 << 20;

    /// A dict being walked, and what its names begin with.
    private record Level(String prefix, Iterator<Map.Entry<Object, PickleValue>> entries) {}

    static StateDict of(Path file, PickleValue top) throws FileException {
        if (!(top instanceof Dict dict)) {
            throw FileException.malformed(
                    file,
                    "holds a single object, expected a dict of tensors; save model.state_dict()");
        }
        var ignored = new ArrayList<String>();
        for (int depth = 0; depth < MOST_WRAPPERS; depth++) {
            var wrapper = wrapper(dict);
            if (wrapper.isEmpty()) {
                break;
            }
            for (Object key : dict.entries().keySet()) {
                if (!key.equals(wrapper.get())) {
                    ignored.add(key.toString());
                }
            }
            if (ignored.size() > MOST_NAMES) {
                throw tooMany(file);
            }
            if (dict.entries().get(wrapper.get()) instanceof Dict inner) {
                dict = inner;
            }
        }
        return flattened(file, dict, ignored);
    }

    /// The key under which `dict`, which has no tensors of its own, keeps its dict of tensors.
    private static Optional<String> wrapper(Dict dict) {
        if (dict.entries().values().stream().anyMatch(Tensor.class::isInstance)) {
            return Optional.empty();
        }
        return WRAPPERS.stream().filter(key -> dict.entries().get(key) instanceof Dict).findFirst();
    }

    private static StateDict flattened(Path file, Dict top, List<String> ignored)
            throws FileException {
        var tensors = new LinkedHashMap<String, Tensor>();
        Deque<Level> levels = new ArrayDeque<>();
        levels.push(new Level("", top.entries().entrySet().iterator()));
        int names = 0;
        while (!levels.isEmpty()) {
            var level = levels.peek();
            if (!level.entries().hasNext()) {
                levels.pop();
                continue;
            }
            if (++names > MOST_NAMES) {
                throw tooMany(file);
            }
            var entry = level.entries().next();
            String name = level.prefix() + entry.getKey();
            switch (entry.getValue()) {
                case Tensor tensor -> {
                    requireName(file, entry.getKey(), name);
                    if (tensors.put(name, tensor) != null) {
                        throw FileException.malformed(
                                file, "has two tensors named " + Printable.name(name));
                    }
                }
                case Dict inner -> {
                    if (levels.size() == DEEPEST) {
                        throw FileException.overLimit(
                                file,
                                "has dicts inside dicts, more than %d deep".formatted(DEEPEST));
                    }
                    levels.push(new Level(name + ".", inner.entries().entrySet().iterator()));
                }
                default -> ignored.add(name);
            }
        }
        if (tensors.isEmpty()) {
            throw FileException.malformed(file, "holds no tensors");
        }
        return new StateDict(tensors, List.copyOf(ignored));
    }

    private static void requireName(Path file, Object key, String name) throws FileException {
        if (!(key instanceof String text) || text.isEmpty()) {
            throw FileException.malformed(
                    file,
                    "has a tensor whose key is %s, expected a name"
                            .formatted(Printable.name(name)));
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw FileException.malformed(
                    file, "has control characters in the tensor name " + Printable.name(name));
        }
    }

    private static FileException tooMany(Path file) {
        return new FileException(
                Problem.of(ErrorKind.LIMIT, file, "has more than %d names".formatted(MOST_NAMES)));
    }
}
