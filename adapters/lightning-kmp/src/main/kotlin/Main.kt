// The adapter protocol (docs/protocol.md) on stdin and stdout, and the helpers that turn its JSON into the library's types
// and back. What the library says is decided in Wire.kt, Onion.kt, Node.kt, Returning.kt and
// Blinded.kt.

import fr.acinq.bitcoin.ByteVector
import fr.acinq.lightning.wire.*
import fr.acinq.secp256k1.Hex
import kotlinx.serialization.json.*
import java.util.Properties

/** What a case comes to, as an answer line has it. */
sealed class Answer(val key: String, val value: JsonElement) {
    class Accept(output: JsonObject) : Answer("accept", output)
    class Unsupported(why: String) : Answer("unsupported", JsonPrimitive(why))
    class Error(what: String) : Answer("error", JsonPrimitive(what))

    /** A refusal: in the list's words where the library's error has but one meaning, else in its own. */
    class Reject(reason: String, code: String? = null, data: String? = null) : Answer("reject", buildJsonObject {
        put("reason", reason)
        code?.let { put("code", it) }
        data?.let { put("data", it) }
    })
}

private val operations: Map<String, (JsonObject) -> Answer> = mapOf(
    "bigsize.decode" to ::bigSizeDecode,
    "bigsize.encode" to ::bigSizeEncode,
    "tlv.decode" to ::tlvDecode,
    "ecdh.shared_secret" to ::sharedSecret,
    "onion.construct" to ::construct,
    "onion.peel" to ::peel,
    "node.sequence" to ::sequence,
    "failure.create" to ::createFailure,
    "failure.wrap" to ::wrapFailure,
    "failure.open" to ::openFailure,
    "blinded.create" to ::createBlinded,
    "blinded.unblind" to ::unblind,
    "features.announce" to ::announce,
)

fun accept(fields: JsonObjectBuilder.() -> Unit): Answer = Answer.Accept(buildJsonObject(fields))

fun JsonObject.text(key: String): String = getValue(key).jsonPrimitive.content
fun JsonObject.hex(key: String): ByteArray = Hex.decode(text(key))
fun JsonObject.bytes(key: String): ByteVector = ByteVector(hex(key))
fun JsonObject.int(key: String): Int = getValue(key).jsonPrimitive.int
fun JsonObject.number(key: String): Long = getValue(key).jsonPrimitive.long

/** A failure's code and data are the two parts of what the library would send back in an `update_fail_htlc`. */
fun FailureMessage.code(): String = Hex.encode(FailureMessage.encode(this)).take(4)
fun FailureMessage.data(): String = Hex.encode(FailureMessage.encode(this)).drop(4)

private fun hello(): JsonObject {
    val version = Properties().apply { load(Answer::class.java.getResourceAsStream("/adapter.properties")) }.getProperty("version")
    return buildJsonObject {
        put("type", "hello")
        put("protocol", 1)
        putJsonObject("implementation") {
            put("name", "lightning-kmp")
            put("version", version)
            put("language", "kotlin")
        }
        putJsonArray("operations") { addAll(operations.keys.map(::JsonPrimitive)) }
        put("window", 16)
    }
}

/** The library refuses by throwing in most places: an exception is its verdict, in its own words. */
private fun answer(operation: String, input: JsonObject): Answer = try {
    operations[operation]?.invoke(input) ?: Answer.Unsupported("the operation $operation was not declared")
} catch (refusal: Exception) {
    Answer.Reject(refusal.message ?: refusal.toString())
} catch (breakdown: Throwable) {
    Answer.Error(breakdown.toString())
}

/** The answer to one line of the runner. */
fun reply(line: String): JsonObject {
    val message = Json.parseToJsonElement(line) as JsonObject
    if (message.text("type") == "hello") return hello()
    val answer = answer(message.text("operation"), message.getValue("input") as JsonObject)
    return buildJsonObject {
        put("seq", message.number("seq"))
        put(answer.key, answer.value)
    }
}

fun main() {
    val stdout = System.out
    System.setOut(System.err) // whatever the library prints is for people
    for (line in generateSequence(::readLine)) {
        stdout.print("${reply(line)}\n")
        stdout.flush()
    }
}
