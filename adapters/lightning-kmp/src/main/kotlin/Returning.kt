// The way back: `crypto.sphinx.FailurePacket`, with the library's typed failure messages.

import fr.acinq.bitcoin.ByteVector32
import fr.acinq.bitcoin.PrivateKey
import fr.acinq.bitcoin.PublicKey
import fr.acinq.bitcoin.utils.Try
import fr.acinq.lightning.crypto.sphinx.FailurePacket
import fr.acinq.lightning.crypto.sphinx.SharedSecrets
import fr.acinq.lightning.crypto.sphinx.Sphinx
import fr.acinq.lightning.wire.FailureMessage
import fr.acinq.secp256k1.Hex
import kotlinx.serialization.json.*

/** A failure is made as the library types it. A message that it would write otherwise is not one that it sends. */
fun createFailure(input: JsonObject): Answer {
    val failure = try {
        FailureMessage.decode(input.hex("failure_message"))
    } catch (none: Exception) {
        return Answer.Unsupported("the library has no such failure: ${none.message}")
    }
    val written = Hex.encode(FailureMessage.encode(failure))
    if (written != input.text("failure_message")) return Answer.Unsupported("the library writes this failure as $written")
    return accept { put("packet", Hex.encode(FailurePacket.create(ByteVector32(input.hex("shared_secret")), failure))) }
}

fun wrapFailure(input: JsonObject): Answer =
    accept { put("packet", Hex.encode(FailurePacket.wrap(input.hex("packet"), ByteVector32(input.hex("shared_secret"))))) }

/** The library names the node and not its place in the route. */
fun openFailure(input: JsonObject): Answer {
    val nodes = input.getValue("public_keys").jsonArray.map { PublicKey(Hex.decode(it.jsonPrimitive.content)) }
    val (_, secrets) = Sphinx.computeEphemeralPublicKeysAndSharedSecrets(PrivateKey(input.hex("session_key")), nodes)
    val opened = runCatching { FailurePacket.decrypt(input.hex("packet"), SharedSecrets(secrets.zip(nodes))) }
    return when (val opened = opened.getOrElse { Try.Failure(it) }) {
        is Try.Failure -> Answer.Reject("failure_source_unknown")
        is Try.Success -> accept {
            val message = Hex.encode(FailureMessage.encode(opened.result.failureMessage))
            put("hop", nodes.indexOf(opened.result.originNode))
            put("failure_message", message)
            put("code", message.take(4))
        }
    }
}
