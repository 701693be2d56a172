// BOLT 1 as lightning-kmp reads it: BigSize and TLV streams. The payload's records are the library's own; those of
// BOLT 1's namespaces n1 and n2 are written here as the library writes its own records: a reader of fields and a writer.

import fr.acinq.bitcoin.PublicKey
import fr.acinq.bitcoin.io.*
import fr.acinq.bitcoin.utils.Either
import fr.acinq.lightning.wire.*
import fr.acinq.secp256k1.Hex
import kotlinx.serialization.json.*

fun bigSizeDecode(input: JsonObject): Answer {
    val bytes = ByteArrayInput(input.hex("bytes"))
    val available = bytes.availableBytes
    return try {
        val value = LightningCodecs.bigSize(bytes)
        accept {
            put("value", value.toULong().toString()) // the library keeps the 64 bits in a signed Long
            put("length", available - bytes.availableBytes)
        }
    } catch (refusal: IllegalArgumentException) {
        val reason = if (refusal.message == "unexpected EOF") "bigsize_truncated" else "bigsize_not_minimal"
        Answer.Reject(reason)
    }
}

fun bigSizeEncode(input: JsonObject): Answer {
    val out = ByteArrayOutput()
    LightningCodecs.writeBigSize(input.text("value").toULong().toLong(), out)
    return accept { put("bytes", Hex.encode(out.toByteArray())) }
}

/** A payload behind its length, as the library's payload readers and its onion want it. */
fun lengthPrefixed(payload: ByteArray): ByteArray = ByteArrayOutput().also {
    LightningCodecs.writeBigSize(payload.size.toLong(), it)
    LightningCodecs.writeBytes(payload, it)
}.toByteArray()

fun tlvDecode(input: JsonObject): Answer = when (val namespace = input.text("namespace")) {
    "n1" -> records(n1.read(input.hex("stream")))
    "n2" -> records(n2.read(input.hex("stream")))
    "payload" -> when (val stream = PaymentOnion.PerHopPayload.read(lengthPrefixed(input.hex("stream")))) {
        is Either.Left -> Answer.Reject(stream.value.message)
        is Either.Right -> records(stream.value)
    }
    else -> Answer.Unsupported("no namespace $namespace")
}

private fun records(stream: TlvStream<out Tlv>): Answer = accept {
    putJsonArray("records") {
        stream.records.forEach {
            addJsonObject {
                put("type", it.tag.toString())
                put("value", Hex.encode(it.write()))
            }
        }
    }
}

/** One of the records of BOLT 1, appendix B: what was read, as a function that writes it. */
private class TestRecord(override val tag: Long, private val writer: (Output) -> Unit) : Tlv {
    override fun write(out: Output) = writer(out)
}

private fun <T> record(tag: Long, read: (Input) -> T, write: (T, Output) -> Unit): Pair<Long, TlvValueReader<TestRecord>> =
    tag to object : TlvValueReader<TestRecord> {
        override fun read(input: Input): TestRecord = read(input).let { value -> TestRecord(tag) { write(value, it) } }
    }

private val n1 = TlvStreamSerializer(
    false, mapOf(
        record(1, LightningCodecs::tu64, LightningCodecs::writeTU64),
        record(2, LightningCodecs::u64, LightningCodecs::writeU64),
        record(3, {
            Triple(PublicKey(LightningCodecs.bytes(it, 33)), LightningCodecs.u64(it), LightningCodecs.u64(it))
        }, { (node, amount1, amount2), out ->
            LightningCodecs.writeBytes(node.value, out)
            LightningCodecs.writeU64(amount1, out)
            LightningCodecs.writeU64(amount2, out)
        }),
        record(254, LightningCodecs::u16, LightningCodecs::writeU16),
    )
)

private val n2 = TlvStreamSerializer(
    false, mapOf(
        record(0, LightningCodecs::tu64, LightningCodecs::writeTU64),
        record(11, LightningCodecs::tu32, LightningCodecs::writeTU32),
    )
)
