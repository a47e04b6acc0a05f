package dev.parley.cluster.format;

import dev.parley.protocol.ProtocolException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads pickles that hold plain values, as python-socketio up to 5.13 sends them. Pickles are programs; only the instructions
 * that make dicts, lists, tuples, text, bytes, numbers, booleans and None are obeyed. Whatever names a class or calls anything
 * is refused: it is how write access to the queue became code execution (CVE-2025-61765).
 *
 * <p>Bounds: no length is believed before the bytes are there. A value may stand in several places, so a few bytes could unfold
 * to gigabytes: each container knows how much it unfolds to. A value takes more memory than the byte that makes it, whether it
 * is put somewhere or not: that is weighed, too. What has been put into a container does not change any more, so
 * there are no cycles, and those sums and depths stay right.
 */
final class PickleReader {
  /** A tuple, apart from a list because several arguments come as one. */
  static final class Tuple extends AbstractList<@Nullable Object> {
    private final List<@Nullable Object> items;

    Tuple(List<@Nullable Object> items) {
      this.items = items;
    }

    @Override
    public @Nullable Object get(int index) {
      return items.get(index);
    }

    @Override
    public int size() {
      return items.size();
    }
  }

  /** Less than Jackson writes. */
  private static final int MAX_DEPTH = 400;

  /** More digits than Python's JSON reads have never been of use. */
  private static final int MAX_INTEGER_BYTES = 64;

  private static final int HIGHEST_PROTOCOL = 5;
  private static final long FREE_WEIGHT = 4 << 20;
  private static final int WEIGHT_PER_BYTE = 4;
  private static final int SCALAR_WEIGHT = 4;
  private static final int CONTAINER_WEIGHT = 16;

  /** What values take in this JVM, about, and how much of it a byte of the pickle pays for. */
  private static final int HEAP_PER_VALUE = 40;

  private static final int HEAP_PER_CONTAINER = 96;
  private static final int HEAP_PER_REFERENCE = 8;
  private static final int HEAP_PER_MEMORY = 56;
  private static final int HEAP_PER_BYTE = 32;

  private static final Map<Integer, String> REFUSED = Map.ofEntries(
      Map.entry((int) 'c', "GLOBAL"),
      Map.entry(0x93, "STACK_GLOBAL"),
      Map.entry((int) 'R', "REDUCE"),
      Map.entry((int) 'i', "INST"),
      Map.entry((int) 'o', "OBJ"),
      Map.entry(0x81, "NEWOBJ"),
      Map.entry(0x92, "NEWOBJ_EX"),
      Map.entry((int) 'b', "BUILD"),
      Map.entry(0x82, "EXT1"),
      Map.entry(0x83, "EXT2"),
      Map.entry(0x84, "EXT4"),
      Map.entry((int) 'P', "PERSID"),
      Map.entry((int) 'Q', "BINPERSID"));

  /** A value on the stack or in the memo. */
  private static final class Item {
    final @Nullable Object value;
    long weight;
    int depth;
    /** Put into a container, or handed out: it stays as it is from now on. */
    boolean settled;

    Item(@Nullable Object value, long weight, int depth) {
      this.value = value;
      this.weight = weight;
      this.depth = depth;
    }
  }

  private final byte[] bytes;
  private final long maxWeight;
  private long freeHeap;
  private int at;
  private List<Item> stack = new ArrayList<>();
  /** The stacks below the marks. */
  private final Deque<List<Item>> marks = new ArrayDeque<>();

  private final Map<Integer, Item> memo = new HashMap<>();

  private PickleReader(byte[] bytes) {
    this.bytes = bytes;
    this.maxWeight = FREE_WEIGHT + (long) bytes.length * WEIGHT_PER_BYTE;
    this.freeHeap = FREE_WEIGHT + (long) bytes.length * HEAP_PER_BYTE;
  }

  /** Whether bytes begin like a pickle of protocol 2 or later; no JSON does. */
  static boolean isPickle(byte[] message) {
    return message.length > 1 && message[0] == (byte) 0x80;
  }

  /**
   * Reads a pickle.
   *
   * @return String, Boolean, Long, BigInteger, Double, byte[], {@link Tuple}, List, Map with text for keys, or null, which
   *     also stands for NaN and the infinities
   * @throws ProtocolException if it is malformed, over a bound, or holds anything else
   */
  static @Nullable Object read(byte[] pickle) {
    return new PickleReader(pickle).run();
  }

  private @Nullable Object run() {
    while (true) {
      int opcode = unsignedByte();
      switch (opcode) {
        case 0x80 -> protocol();
        case 0x95 -> frame();
        case '(' -> mark();
        case '.' -> {
          return stop();
        }
        case 'N' -> scalar(null);
        case 0x88 -> scalar(Boolean.TRUE);
        case 0x89 -> scalar(Boolean.FALSE);
        case 'J' -> scalar((long) (int) littleEndian(4));
        case 'K' -> scalar((long) unsignedByte());
        case 'M' -> scalar(littleEndian(2));
        case 0x8a -> scalar(longInteger(unsignedByte()));
        case 'G' -> scalar(bigEndianDouble());
        case 'X' -> text(littleEndian(4));
        case 0x8c -> text(unsignedByte());
        case 0x8d -> text(littleEndian(8));
        case 'B' -> binary(littleEndian(4));
        case 'C' -> binary(unsignedByte());
        case 0x8e -> binary(littleEndian(8));
        case '}' ->
          push(new Item(new LinkedHashMap<String, @Nullable Object>(), CONTAINER_WEIGHT, 1));
        case ']' -> push(new Item(new ArrayList<@Nullable Object>(), CONTAINER_WEIGHT, 1));
        case ')' -> tuple(List.of());
        case 't' -> tuple(untilMark());
        case 0x85 -> tuple(top(1));
        case 0x86 -> tuple(top(2));
        case 0x87 -> tuple(top(3));
        case 'a' -> append(top(1));
        case 'e' -> append(untilMark());
        case 's' -> put(top(2));
        case 'u' -> put(untilMark());
        case 0x94 -> remember(memo.size());
        case 'q' -> remember(unsignedByte());
        case 'r' -> remember((int) littleEndian(4));
        case 'h' -> recall(unsignedByte());
        case 'j' -> recall((int) littleEndian(4));
        default ->
          throw bad("the instruction "
              + REFUSED.getOrDefault(opcode, "0x" + Integer.toHexString(opcode)) + " is refused");
      }
    }
  }

  private void protocol() {
    int version = unsignedByte();
    if (version > HIGHEST_PROTOCOL) {
      throw bad("protocol " + version + " is unknown");
    }
  }

  /** Frames help readers of files; here everything is there. */
  private void frame() {
    length(littleEndian(8));
  }

  private @Nullable Object stop() {
    if (!marks.isEmpty() || stack.size() != 1) {
      throw bad("it does not end with one value");
    }
    if (at != bytes.length) {
      throw bad("something follows it");
    }
    return stack.get(0).value;
  }

  private void mark() {
    if (marks.size() > MAX_DEPTH) {
      throw bad("it nests deeper than " + MAX_DEPTH);
    }
    marks.push(stack);
    stack = new ArrayList<>();
  }

  private List<Item> untilMark() {
    if (marks.isEmpty()) {
      throw bad("a mark is missing");
    }
    List<Item> above = stack;
    stack = marks.pop();
    return above;
  }

  private List<Item> top(int count) {
    int from = stack.size() - count;
    if (from < 0) {
      throw bad("a value is missing");
    }
    List<Item> last = stack.subList(from, stack.size());
    List<Item> copy = List.copyOf(last);
    last.clear();
    return copy;
  }

  private Item peek() {
    if (stack.isEmpty()) {
      throw bad("a value is missing");
    }
    return stack.get(stack.size() - 1);
  }

  private void push(Item item) {
    take(item.depth > 0 ? HEAP_PER_CONTAINER : HEAP_PER_VALUE);
    stack.add(item);
  }

  private void take(int heap) {
    freeHeap -= heap;
    if (freeHeap < 0) {
      throw bad("it makes more values than " + bytes.length + " bytes should");
    }
  }

  private void remember(int index) {
    take(HEAP_PER_MEMORY);
    memo.put(index, peek());
  }

  private void recall(int index) {
    Item item = memo.get(index);
    if (item == null) {
      throw bad("a remembered value is missing");
    }
    take(HEAP_PER_REFERENCE);
    stack.add(item);
  }

  private void scalar(@Nullable Object value) {
    push(new Item(value, SCALAR_WEIGHT, 0));
  }

  private void text(long length) {
    int from = at;
    at += length(length);
    // Half a surrogate pair becomes the replacement character; Python writes it like a character of
    // its own.
    push(new Item(
        new String(bytes, from, at - from, StandardCharsets.UTF_8), SCALAR_WEIGHT + length, 0));
  }

  private void binary(long length) {
    byte[] data = new byte[length(length)];
    System.arraycopy(bytes, at, data, 0, data.length);
    at += data.length;
    push(new Item(data, SCALAR_WEIGHT + length, 0));
  }

  private void tuple(List<Item> items) {
    List<@Nullable Object> values = new ArrayList<>(items.size());
    Item tuple = new Item(new Tuple(values), CONTAINER_WEIGHT, 1);
    for (Item item : items) {
      settle(tuple, item);
      values.add(item.value);
    }
    push(tuple);
  }

  @SuppressWarnings("unchecked") // lists are made here only
  private void append(List<Item> items) {
    Item list = peek();
    if (!(list.value instanceof ArrayList<?>) || list.settled) {
      throw bad("it appends to what is no list, or no longer open");
    }
    for (Item item : items) {
      settle(list, item);
      ((List<@Nullable Object>) list.value).add(item.value);
    }
  }

  @SuppressWarnings("unchecked") // maps are made here only
  private void put(List<Item> items) {
    Item dict = peek();
    if (!(dict.value instanceof Map<?, ?>) || dict.settled) {
      throw bad("it sets an item of what is no dict, or no longer open");
    }
    if (items.size() % 2 != 0) {
      throw bad("a key has no value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      Item key = items.get(i);
      Item value = items.get(i + 1);
      settle(dict, key);
      settle(dict, value);
      ((Map<String, @Nullable Object>) dict.value).put(key(key.value), value.value);
    }
  }

  /** As Python's JSON does. */
  private static String key(@Nullable Object value) {
    if (value instanceof byte[] || value instanceof List<?> || value instanceof Map<?, ?>) {
      throw bad("a key is neither text nor a number");
    }
    return String.valueOf(value);
  }

  private void settle(Item container, Item item) {
    if (item == container) {
      throw bad("a value holds itself");
    }
    item.settled = true;
    container.weight += item.weight;
    container.depth = Math.max(container.depth, item.depth + 1);
    if (container.weight > maxWeight) {
      throw bad("it unfolds to more than " + maxWeight + " bytes");
    }
    if (container.depth > MAX_DEPTH) {
      throw bad("it nests deeper than " + MAX_DEPTH);
    }
  }

  private Object longInteger(int length) {
    if (length > MAX_INTEGER_BYTES) {
      throw bad(
          "an integer of " + length + " bytes, at most " + MAX_INTEGER_BYTES + " are allowed");
    }
    byte[] bigEndian = new byte[length(length)];
    for (int i = 0; i < length; i++) {
      bigEndian[length - 1 - i] = bytes[at + i];
    }
    at += length;
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private @Nullable Double bigEndianDouble() {
    long bits = Long.reverseBytes(littleEndian(8));
    double value = Double.longBitsToDouble(bits);
    return Double.isFinite(value) ? value : null;
  }

  private int unsignedByte() {
    length(1);
    return bytes[at++] & 0xff;
  }

  private long littleEndian(int count) {
    length(count);
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes[at + i] & 0xffL) << (8 * i);
    }
    at += count;
    return value;
  }

  /** A length that is really there. */
  private int length(long length) {
    if (length < 0 || length > bytes.length - at) {
      throw bad("it ends early");
    }
    return (int) length;
  }

  private static ProtocolException bad(String what) {
    return MessageReader.bad("a pickle was refused: " + what);
  }
}
