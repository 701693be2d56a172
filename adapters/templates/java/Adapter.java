// An adapter for `spontan check`: it puts an implementation on stdin and stdout, one JSON object per line.
//
// It needs Java 17 or later and nothing else: `java Adapter.java` compiles and runs it, and
// `java -cp my-node.jar Adapter.java` does so with your classes. bigsizeDecode below already works, so your first suite
// is green. Let it call your own code, then add one operation after another. Spontan's docs/protocol.md describes the
// protocol. Stdout belongs to the protocol: print to System.err. (Java has no JSON of its own; the reader and writer at
// the end of this file are enough for the protocol. Replace them with the library that you use.)

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

public class Adapter {
    /** The implementation refuses the input; the message is the reason. */
    @SuppressWarnings("serial")
    static final class Reject extends RuntimeException {
        Reject(String reason) {
            super(reason);
        }
    }

    /** Reads one BigSize (BOLT 1) from the front of some bytes; bytes that follow it stay unread. */
    static Map<String, Object> bigsizeDecode(Map<String, Object> input) {
        byte[] data = HexFormat.of().parseHex((String) input.get("bytes"));
        if (data.length == 0) {
            throw new Reject("bigsize_truncated");
        }
        int first = data[0] & 0xff;
        int width = first == 0xfd ? 2 : first == 0xfe ? 4 : first == 0xff ? 8 : 0;
        if (data.length < 1 + width) {
            throw new Reject("bigsize_truncated");
        }
        // Unsigned: a long holds 63 bits and a sign.
        BigInteger value = width == 0 ? BigInteger.valueOf(first) : new BigInteger(1, data, 1, width);
        BigInteger least = switch (width) {
            case 2 -> BigInteger.valueOf(0xfd);
            case 4 -> BigInteger.ONE.shiftLeft(16);
            case 8 -> BigInteger.ONE.shiftLeft(32);
            default -> BigInteger.ZERO;
        };
        if (value.compareTo(least) < 0) {
            throw new Reject("bigsize_not_minimal");
        }
        return Map.of("value", value.toString(), "length", 1 + width);
    }

    /** What this adapter can answer. Only these operations are asked. */
    static final Map<String, Function<Map<String, Object>, Map<String, Object>>> OPERATIONS =
            Map.of("bigsize.decode", Adapter::bigsizeDecode);

    static Map<String, Object> hello() {
        return Map.of(
                "type", "hello",
                "protocol", 1,
                "implementation", Map.of("name", "my-node", "version", "0.1.0", "language", "java"),
                "operations", List.copyOf(OPERATIONS.keySet()),
                // This many cases may wait in the pipe; they are still answered one after another.
                "window", 64);
    }

    /** The answer to one case: seq and exactly one of accept, reject, unsupported and error. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> answer(Map<String, Object> message) {
        Object seq = message.get("seq");
        var operation = OPERATIONS.get((String) message.get("operation"));
        if (operation == null) {
            return Map.of("seq", seq, "unsupported", "not written yet");
        }
        try {
            return Map.of("seq", seq, "accept", operation.apply((Map<String, Object>) message.get("input")));
        } catch (Reject refused) {
            return Map.of("seq", seq, "reject", Map.of("reason", refused.getMessage()));
        } catch (RuntimeException broken) { // The adapter's own mistakes are errors, never rejections.
            return Map.of("seq", seq, "error", broken.toString());
        }
    }

    @SuppressWarnings("unchecked")
    public static void main(String[] args) throws IOException {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var output = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            var message = (Map<String, Object>) new Json(line).document();
            output.print(Json.write("hello".equals(message.get("type")) ? hello() : answer(message)) + "\n");
            output.flush();
        }
    }

    /** JSON (RFC 8259): objects are maps, arrays lists, numbers BigDecimals. */
    static final class Json {
        private final String text;
        private int at = 0;

        Json(String text) {
            this.text = text;
        }

        /** The one value that is the whole text. */
        Object document() {
            Object value = value();
            if (skip() != '\0') {
                throw wrong();
            }
            return value;
        }

        private Object value() {
            switch (skip()) {
                case '{': {
                    var map = new LinkedHashMap<String, Object>();
                    for (at++; skip() != '}'; ) {
                        if (!map.isEmpty()) {
                            take(",");
                        }
                        skip();
                        String key = string();
                        skip();
                        take(":");
                        map.put(key, value());
                    }
                    at++;
                    return map;
                }
                case '[': {
                    var list = new ArrayList<Object>();
                    for (at++; skip() != ']'; ) {
                        if (!list.isEmpty()) {
                            take(",");
                        }
                        list.add(value());
                    }
                    at++;
                    return list;
                }
                case '"':
                    return string();
                case 't':
                    take("true");
                    return true;
                case 'f':
                    take("false");
                    return false;
                case 'n':
                    take("null");
                    return null;
                default: {
                    int start = at;
                    while (at < text.length() && "+-.0123456789Ee".indexOf(text.charAt(at)) >= 0) {
                        at++;
                    }
                    return new BigDecimal(text.substring(start, at));
                }
            }
        }

        private String string() {
            take("\"");
            var string = new StringBuilder();
            for (char next = next(); next != '"'; next = next()) {
                if (next != '\\') {
                    string.append(next);
                    continue;
                }
                char escaped = next();
                int simple = "bfnrt".indexOf(escaped);
                if (escaped == 'u') {
                    string.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                    at += 4;
                } else {
                    string.append(simple < 0 ? escaped : "\b\f\n\r\t".charAt(simple));
                }
            }
            return string.toString();
        }

        /** Skips white space; the character that comes then, or NUL at the end. */
        private char skip() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : '\0';
        }

        private char next() {
            if (at == text.length()) {
                throw wrong();
            }
            return text.charAt(at++);
        }

        private void take(String expected) {
            if (!text.startsWith(expected, at)) {
                throw wrong();
            }
            at += expected.length();
        }

        private IllegalArgumentException wrong() {
            return new IllegalArgumentException("no JSON at character " + at);
        }

        static String write(Object value) {
            if (value instanceof Map<?, ?> map) {
                var members = new ArrayList<String>();
                map.forEach((key, member) -> members.add(write(key) + ":" + write(member)));
                return "{" + String.join(",", members) + "}";
            }
            if (value instanceof List<?> list) {
                return "[" + String.join(",", list.stream().map(Json::write).toList()) + "]";
            }
            if (value instanceof String string) {
                var quoted = new StringBuilder("\"");
                for (char character : string.toCharArray()) {
                    boolean plain = character >= ' ' && character != '"' && character != '\\';
                    quoted.append(plain ? String.valueOf(character) : String.format("\\u%04x", (int) character));
                }
                return quoted.append('"').toString();
            }
            return String.valueOf(value);
        }
    }
}
