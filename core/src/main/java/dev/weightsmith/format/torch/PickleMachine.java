package dev.weightsmith.format.torch;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.format.torch.PickleValue.BigInt;
import dev.weightsmith.format.torch.PickleValue.Bool;
import dev.weightsmith.format.torch.PickleValue.Dict;
import dev.weightsmith.format.torch.PickleValue.Int;
import dev.weightsmith.format.torch.PickleValue.Items;
import dev.weightsmith.format.torch.PickleValue.Maker;
import dev.weightsmith.format.torch.PickleValue.None;
import dev.weightsmith.format.torch.PickleValue.Opaque;
import dev.weightsmith.format.torch.PickleValue.Rebuild;
import dev.weightsmith.format.torch.PickleValue.Text;
import dev.weightsmith.format.torch.PickleValue.Tuple;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a pickle as data: a stack machine that knows the opcodes PyTorch writes and, through
/// [TorchGlobals], the names that tensors are made of. It calls nothing.
///
/// Fails closed: every byte up to STOP has been understood before any value is given out. Rules:
/// docs/specs/hostile-inputs.md#pytorch; budgets: docs/specs/hostile-inputs.md#limits.
final class PickleMachine {
    private static final int MOST_OPERATIONS = 50_000_000;
    private static final int LARGEST_MEMO = 4_000_000;
    private static final int DEEPEST_STACK = 1_000_000;
    // Not in A.2: keeps what a small pickle can build in memory within bounds.
    private static final int MOST_ENTRIES = 16_000_000;

    /// Python writes shorter pieces without a frame.
    private static final int SMALLEST_FRAME = 4;

    private final PickleStream in;
    private final TensorBuilder tensors;

    private final ArrayList<PickleValue> stack = new ArrayList<>();
    private final ArrayList<Integer> marks = new ArrayList<>();
    private @Nullable PickleValue[] memo = new PickleValue[64];
    private int memoized;
    private int entries;

    /// Where the current opcode stands.
    private long at;

    private boolean framed;
    private boolean inFrame;
    private long unframed;
    private long frameEnd;

    PickleMachine(PickleStream in, TensorBuilder tensors) {
        this.in = in;
        this.tensors = tensors;
    }

    /// Reads the pickle up to its STOP, and gives the value it describes.
    PickleValue run() throws IOException {
        begin();
        for (int operations = 1; ; operations++) {
            if (operations > MOST_OPERATIONS) {
                throw overLimit("operations", MOST_OPERATIONS);
            }
            at = in.position();
            leaveFrame();
            int opcode = in.unsigned8();
            if (opcode == Opcode.STOP) {
                requireFrame(opcode);
                return stop();
            }
            step(opcode);
            requireFrame(opcode);
        }
    }

    private void begin() throws IOException {
        if (in.unsigned8() != Opcode.PROTO) {
            throw malformed("does not begin with a protocol number");
        }
        int protocol = in.unsigned8();
        if (protocol < 2 || protocol > 5) {
            throw malformed("has protocol %d, expected 2 to 5".formatted(protocol));
        }
    }

    private void step(int opcode) throws IOException {
        switch (opcode) {
            case Opcode.FRAME -> enterFrame();
            case Opcode.MARK -> mark();
            case Opcode.NONE -> push(new None());
            case Opcode.NEWTRUE -> push(new Bool(true));
            case Opcode.NEWFALSE -> push(new Bool(false));
            case Opcode.BININT -> push(new Int(in.signed32()));
            case Opcode.BININT1 -> push(new Int(in.unsigned8()));
            case Opcode.BININT2 -> push(new Int(in.unsigned16()));
            case Opcode.LONG1 -> push(integer(in.bytes(in.unsigned8())));
            case Opcode.BINFLOAT -> {
                in.signed64();
                push(new Opaque());
            }
            case Opcode.BINUNICODE -> push(new Text(in.text(in.unsigned32())));
            case Opcode.SHORT_BINUNICODE, Opcode.SHORT_BINSTRING ->
                    push(new Text(in.text(in.unsigned8())));
            case Opcode.BINBYTES -> opaque(in.unsigned32());
            case Opcode.SHORT_BINBYTES -> opaque(in.unsigned8());
            case Opcode.EMPTY_TUPLE -> push(new Tuple(List.of()));
            case Opcode.TUPLE1 -> tuple(1);
            case Opcode.TUPLE2 -> tuple(2);
            case Opcode.TUPLE3 -> tuple(3);
            case Opcode.TUPLE -> push(new Tuple(sinceMark()));
            case Opcode.EMPTY_LIST -> push(new Items());
            case Opcode.APPEND -> {
                var item = pop();
                append(List.of(item));
            }
            case Opcode.APPENDS -> append(sinceMark());
            case Opcode.EMPTY_DICT -> push(new Dict(false));
            case Opcode.SETITEM -> {
                var value = pop();
                var key = pop();
                put(List.of(key, value));
            }
            case Opcode.SETITEMS -> put(sinceMark());
            case Opcode.EMPTY_SET -> push(new Opaque());
            case Opcode.BINPUT -> memoize(in.unsigned8());
            case Opcode.LONG_BINPUT -> memoize(in.unsigned32());
            case Opcode.MEMOIZE -> memoize(memoized);
            case Opcode.BINGET -> recall(in.unsigned8());
            case Opcode.LONG_BINGET -> recall(in.unsigned32());
            case Opcode.GLOBAL -> global(in.line(), in.line());
            case Opcode.STACK_GLOBAL -> stackGlobal();
            case Opcode.REDUCE, Opcode.NEWOBJ -> call(opcode);
            case Opcode.BUILD -> build();
            case Opcode.BINPERSID -> {
                var id = pop();
                push(tensors.storage(id, this::fault));
            }
            case Opcode.PROTO -> throw malformed("has a second protocol number");
            default -> throw unknown(opcode);
        }
    }

    private PickleValue stop() throws FileException {
        if (inFrame && in.position() != frameEnd) {
            throw malformed("stops before the end of a frame");
        }
        if (stack.size() != 1 || !marks.isEmpty()) {
            throw malformed("leaves %d values at its end, expected 1".formatted(stack.size()));
        }
        return stack.getFirst();
    }

    private void enterFrame() throws IOException {
        if (inFrame) {
            throw malformed("has a frame inside a frame");
        }
        long length = in.signed64();
        in.remain(length);
        if (length < SMALLEST_FRAME) {
            throw malformed("has a frame of %d bytes".formatted(length));
        }
        framed = true;
        inFrame = true;
        frameEnd = in.position() + length;
    }

    /// Opcodes end with their frame or before; once there are frames, only long strings, and what
    /// is too short for a frame, lie outside of them.
    private void requireFrame(int opcode) throws FileException {
        if (inFrame) {
            if (in.position() > frameEnd) {
                throw malformed("has an opcode that straddles the end of a frame");
            }
            unframed = 0;
        } else if (opcode == Opcode.BINUNICODE || opcode == Opcode.BINBYTES) {
            unframed = 0;
        } else {
            unframed += in.position() - at;
            if (framed && unframed >= SMALLEST_FRAME) {
                throw malformed("goes on outside of its frames");
            }
        }
    }

    private void leaveFrame() {
        if (inFrame && in.position() == frameEnd) {
            inFrame = false;
        }
    }

    private static PickleValue integer(byte[] little) {
        byte[] big = new byte[little.length + 1];
        for (int i = 0; i < little.length; i++) {
            big[big.length - 1 - i] = little[i];
        }
        big[0] = (byte) (little.length > 0 && little[little.length - 1] < 0 ? -1 : 0);
        var value = new BigInteger(big);
        return value.bitLength() < 64 ? new Int(value.longValue()) : new BigInt(value);
    }

    /// Bytes are stepped over: what is in them is never looked at.
    private void opaque(long length) throws IOException {
        in.bytes(length);
        push(new Opaque());
    }

    private void push(PickleValue value) throws FileException {
        if (stack.size() >= DEEPEST_STACK) {
            throw overLimit("values on its stack", DEEPEST_STACK);
        }
        stack.add(value);
    }

    private PickleValue pop() throws FileException {
        if (stack.size() <= bottom()) {
            throw malformed("takes a value from an empty stack");
        }
        return stack.removeLast();
    }

    private PickleValue top() throws FileException {
        if (stack.size() <= bottom()) {
            throw malformed("looks at a value on an empty stack");
        }
        return stack.getLast();
    }

    private int bottom() {
        return marks.isEmpty() ? 0 : marks.getLast();
    }

    private void mark() throws FileException {
        if (marks.size() >= DEEPEST_STACK) {
            throw overLimit("marks on its stack", DEEPEST_STACK);
        }
        marks.add(stack.size());
    }

    private List<PickleValue> sinceMark() throws FileException {
        if (marks.isEmpty()) {
            throw malformed("misses a mark");
        }
        var top = stack.subList(marks.removeLast(), stack.size());
        count(top.size());
        var items = List.copyOf(top);
        top.clear();
        return items;
    }

    private void tuple(int length) throws FileException {
        count(length);
        var items = new PickleValue[length];
        for (int i = length - 1; i >= 0; i--) {
            items[i] = pop();
        }
        push(new Tuple(List.of(items)));
    }

    private void append(List<PickleValue> items) throws FileException {
        if (!(top() instanceof Items list)) {
            throw malformed("appends to something that is not a list");
        }
        count(items.size());
        list.items().addAll(items);
    }

    private void put(List<PickleValue> keysAndValues) throws FileException {
        if (!(top() instanceof Dict dict)) {
            throw malformed("sets an item of something that is not a dict");
        }
        if (keysAndValues.size() % 2 != 0) {
            throw malformed("has a dict key without a value");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            put(dict, keysAndValues.get(i), keysAndValues.get(i + 1));
        }
    }

    private void put(Dict dict, PickleValue key, PickleValue value) throws FileException {
        count(2);
        Object bare =
                switch (key) {
                    case Text(String text) -> text;
                    case Int(long number) -> number;
                    default ->
                            throw malformed(
                                    "has a dict key that is neither a string nor an integer");
                };
        if (dict.entries().putIfAbsent(bare, value) != null) {
            throw malformed("has the dict key %s twice".formatted(Printable.name(bare.toString())));
        }
    }

    private void memoize(long index) throws FileException {
        if (index >= LARGEST_MEMO) {
            throw overLimit("memo entries", LARGEST_MEMO);
        }
        int slot = (int) index;
        if (slot >= memo.length) {
            memo = Arrays.copyOf(memo, Math.min(LARGEST_MEMO, Math.max(slot + 1, slot * 2)));
        }
        if (memo[slot] == null) {
            memoized++;
        }
        memo[slot] = top();
    }

    private void recall(long index) throws FileException {
        PickleValue value = index < memo.length ? memo[(int) index] : null;
        if (value == null) {
            throw malformed("recalls memo entry %d, which is not set".formatted(index));
        }
        push(value);
    }

    private void stackGlobal() throws FileException {
        if (pop() instanceof Text(String attribute) && pop() instanceof Text(String module)) {
            global(module, attribute);
        } else {
            throw malformed("asks for a name that is not a string");
        }
    }

    private void global(String module, String attribute) throws FileException {
        var found = TorchGlobals.find(module, attribute);
        if (found.isEmpty()) {
            String name = Printable.text(module + "." + attribute);
            throw TorchGlobals.isUnsupported(module, attribute)
                    ? fault(
                            ErrorKind.UNSUPPORTED,
                            "holds a %s, which is not supported".formatted(name))
                    : refused(
                            "asks for %s, which tensors do not need; nothing was run"
                                    .formatted(name));
        }
        push(found.get());
    }

    private void call(int opcode) throws FileException {
        var arguments = pop();
        var callable = pop();
        if (!(callable instanceof Maker || callable instanceof Rebuild)) {
            throw refused("calls something that is not a function");
        }
        if (!(arguments instanceof Tuple(List<PickleValue> list))) {
            throw malformed("calls something without a tuple of arguments");
        }
        switch (callable) {
            case Rebuild function when opcode == Opcode.REDUCE ->
                    push(tensors.call(function, list, this::fault));
            case Maker maker ->
                    push(
                            switch (maker) {
                                case ORDERED_DICT -> orderedDict(list);
                                case SIZE -> size(list);
                                case DEVICE -> new Opaque();
                            });
            default -> throw refused("makes an object of a function");
        }
    }

    /// `OrderedDict()`, or `OrderedDict([[key, value], …])` as Python 2 wrote it.
    private PickleValue orderedDict(List<PickleValue> arguments) throws FileException {
        var dict = new Dict(true);
        if (arguments.isEmpty()) {
            return dict;
        }
        if (arguments.size() != 1 || !(arguments.getFirst() instanceof Items pairs)) {
            throw malformed("makes an OrderedDict of something that is not a list");
        }
        for (var pair : pairs.items()) {
            List<PickleValue> items =
                    switch (pair) {
                        case Items list -> list.items();
                        case Tuple tuple -> tuple.items();
                        default -> List.of();
                    };
            if (items.size() != 2) {
                throw malformed("makes an OrderedDict of something that is not pairs");
            }
            put(dict, items.get(0), items.get(1));
        }
        return dict;
    }

    private PickleValue size(List<PickleValue> arguments) throws FileException {
        if (arguments.size() == 1 && arguments.getFirst() instanceof Tuple sizes) {
            return sizes;
        }
        throw malformed("makes a torch.Size of something that is not a tuple");
    }

    /// Attributes may be set on an OrderedDict only, where `_metadata` is one; they mean nothing
    /// here.
    private void build() throws FileException {
        var state = pop();
        if (!(top() instanceof Dict dict) || !dict.ordered()) {
            throw refused("sets the state of something that is not an OrderedDict");
        }
        if (!(state instanceof Dict attributes)) {
            throw refused("sets a state that is not a dict");
        }
        for (Object key : attributes.entries().keySet()) {
            if (!(key instanceof String name) || name.startsWith("__")) {
                throw refused(
                        "sets the attribute %s of an object"
                                .formatted(Printable.name(key.toString())));
            }
        }
    }

    private void count(int more) throws FileException {
        entries += more;
        if (entries > MOST_ENTRIES) {
            throw overLimit("values in lists and dicts", MOST_ENTRIES);
        }
    }

    private FileException unknown(int opcode) {
        String shown = String.format("0x%02x", opcode);
        return Opcode.CALLERS.contains(opcode)
                ? refused(
                        "has opcode %s, which makes objects in ways tensors do not need"
                                .formatted(shown))
                : malformed("has opcode %s, which is none that PyTorch writes".formatted(shown));
    }

    private FileException malformed(String message) {
        return fault(ErrorKind.MALFORMED, message);
    }

    private FileException refused(String message) {
        return fault(ErrorKind.REFUSED, message);
    }

    private FileException overLimit(String what, int limit) {
        return fault(ErrorKind.LIMIT, "has more than %d %s".formatted(limit, what));
    }

    private FileException fault(ErrorKind kind, String message) {
        return in.fault(kind, at, message);
    }
}
