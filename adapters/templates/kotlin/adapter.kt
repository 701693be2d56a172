// An adapter for `spontan check`: it puts an implementation on stdin and stdout, one JSON object per line.
//
// It needs Kotlin 1.9 or later on the JVM and nothing else:
// `kotlinc adapter.kt -include-runtime -d adapter.jar && java -jar adapter.jar`. bigsizeDecode below already works, so
// your first suite is green. Let it call your own code, then add one operation after another. Spontan's
// docs/protocol.md describes the protocol. Stdout belongs to the protocol: print to System.err. (Kotlin's standard
// library has no JSON; the reader and writer at the end of this file are enough for the protocol. Replace them with the
// library that you use.)

import java.math.BigDecimal

/** The implementation refuses the input; the message is the reason. */
class Reject(val reason: String) : RuntimeException(reason)

/** Reads one BigSize (BOLT 1) from the front of some bytes; bytes that follow it stay unread. */
fun bigsizeDecode(input: Map<*, *>): Map<String, Any> {
    val data = (input["bytes"] as String).chunked(2).map { it.toInt(16) }
    val first = data.firstOrNull() ?: throw Reject("bigsize_truncated")
    val (width, least) = when (first) {
        0xfd -> 2 to 0xfdUL
        0xfe -> 4 to (1UL shl 16)
        0xff -> 8 to (1UL shl 32)
        else -> return mapOf("value" to first.toString(), "length" to 1)
    }
    if (data.size < 1 + width) throw Reject("bigsize_truncated")
    val value = data.subList(1, 1 + width).fold(0UL) { value, byte -> (value shl 8) or byte.toULong() }
    if (value < least) throw Reject("bigsize_not_minimal")
    return mapOf("value" to value.toString(), "length" to 1 + width)
}

/** What this adapter can answer. Only these operations are asked. */
val OPERATIONS: Map<String, (Map<*, *>) -> Map<String, Any>> = mapOf("bigsize.decode" to ::bigsizeDecode)

val HELLO = mapOf(
    "type" to "hello",
    "protocol" to 1,
    "implementation" to mapOf("name" to "my-node", "version" to "0.1.0", "language" to "kotlin"),
    "operations" to OPERATIONS.keys.toList(),
    // This many cases may wait in the pipe; they are still answered one after another.
    "window" to 64,
)

/** The answer to one case: seq and exactly one of accept, reject, unsupported and error. */
fun answer(message: Map<*, *>): Map<String, Any?> {
    val seq = "seq" to message["seq"]
    val operation = OPERATIONS[message["operation"]] ?: return mapOf(seq, "unsupported" to "not written yet")
    return try {
        mapOf(seq, "accept" to operation(message["input"] as Map<*, *>))
    } catch (refused: Reject) {
        mapOf(seq, "reject" to mapOf("reason" to refused.reason))
    } catch (broken: RuntimeException) { // The adapter's own mistakes are errors, never rejections.
        mapOf(seq, "error" to broken.toString())
    }
}

fun main() {
    for (line in System.`in`.bufferedReader().lineSequence()) {
        val message = Json(line).document() as Map<*, *>
        val reply = if (message["type"] == "hello") HELLO else answer(message)
        System.out.write((Json.write(reply) + "\n").toByteArray())
        System.out.flush()
    }
}

/** JSON (RFC 8259): objects are maps, arrays lists, numbers BigDecimals. */
class Json(private val text: String) {
    private var at = 0

    /** The one value that is the whole text. */
    fun document(): Any? = value().also { if (skip() != null) throw wrong() }

    private fun value(): Any? = when (skip()) {
        '{' -> {
            val map = LinkedHashMap<String, Any?>()
            at++
            while (skip() != '}') {
                if (map.isNotEmpty()) take(",")
                skip()
                val key = string()
                skip()
                take(":")
                map[key] = value()
            }
            at++
            map
        }
        '[' -> {
            val list = ArrayList<Any?>()
            at++
            while (skip() != ']') {
                if (list.isNotEmpty()) take(",")
                list.add(value())
            }
            at++
            list
        }
        '"' -> string()
        't' -> true.also { take("true") }
        'f' -> false.also { take("false") }
        'n' -> null.also { take("null") }
        else -> {
            val number = text.substring(at).takeWhile { it in "+-.0123456789Ee" }
            at += number.length
            BigDecimal(number)
        }
    }

    private fun string(): String {
        take("\"")
        val string = StringBuilder()
        while (true) {
            when (val next = next()) {
                '"' -> return string.toString()
                '\\' -> when (val escaped = next()) {
                    'b' -> string.append('\b')
                    'f' -> string.append('\u000c')
                    'n' -> string.append('\n')
                    'r' -> string.append('\r')
                    't' -> string.append('\t')
                    'u' -> {
                        string.append(text.substring(at, at + 4).toInt(16).toChar())
                        at += 4
                    }
                    else -> string.append(escaped)
                }
                else -> string.append(next)
            }
        }
    }

    /** Skips white space; the character that comes then. */
    private fun skip(): Char? {
        while (at < text.length && text[at] in " \t\r\n") at++
        return text.getOrNull(at)
    }

    private fun next(): Char = text.getOrNull(at++) ?: throw wrong()

    private fun take(expected: String) {
        if (!text.startsWith(expected, at)) throw wrong()
        at += expected.length
    }

    private fun wrong() = IllegalArgumentException("no JSON at character $at")

    companion object {
        fun write(value: Any?): String = when (value) {
            is Map<*, *> -> value.entries.joinToString(",", "{", "}") { write(it.key) + ":" + write(it.value) }
            is List<*> -> value.joinToString(",", "[", "]") { write(it) }
            is String -> value.map(::quoted).joinToString("", "\"", "\"")
            else -> value.toString()
        }

        private fun quoted(character: Char): String =
            if (character >= ' ' && character != '"' && character != '\\') character.toString()
            else "\\u%04x".format(character.code)
    }
}
