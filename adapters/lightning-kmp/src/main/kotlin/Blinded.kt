// Blinded routes (BOLT 4) as lightning-kmp makes and reads them, and feature bits (BOLT 9): `crypto.RouteBlinding`,
// `wire.RouteBlindingEncryptedData`, `Features`.

import fr.acinq.bitcoin.PrivateKey
import fr.acinq.bitcoin.PublicKey
import fr.acinq.bitcoin.utils.Either
import fr.acinq.lightning.Features
import fr.acinq.lightning.crypto.RouteBlinding
import fr.acinq.lightning.utils.BitField
import fr.acinq.lightning.wire.RouteBlindingEncryptedData
import fr.acinq.secp256k1.Hex
import kotlinx.serialization.json.*

fun createBlinded(input: JsonObject): Answer {
    val hops = input.getValue("hops").jsonArray.map { it.jsonObject }
    val nodes = hops.map { PublicKey(it.hex("public_key")) }
    val route = RouteBlinding.create(PrivateKey(input.hex("session_key")), nodes, hops.map { it.bytes("recipient_data") }).route
    return accept {
        put("first_path_key", route.blindingKey.toHex())
        putJsonArray("hops") {
            for (node in route.blindedNodes) addJsonObject {
                put("blinded_node_id", node.blindedPublicKey.toHex())
                put("encrypted_recipient_data", node.encryptedPayload.toHex())
            }
        }
    }
}

/** The library's own readers take the override for the next key in the same way. */
fun unblind(input: JsonObject): Answer {
    val node = PrivateKey(input.hex("node_secret"))
    val pathKey = PublicKey(input.hex("path_key"))
    val (decrypted, next) = when (val read = RouteBlinding.decryptPayload(node, pathKey, input.bytes("encrypted_recipient_data"))) {
        is Either.Left -> return Answer.Reject(read.value.toString())
        is Either.Right -> read.value
    }
    val data = when (val read = RouteBlindingEncryptedData.read(decrypted.toByteArray())) {
        is Either.Left -> return Answer.Reject(read.value.toString())
        is Either.Right -> read.value
    }
    return accept {
        put("blinded_secret", RouteBlinding.derivePrivateKey(node, pathKey).value.toHex())
        put("recipient_data", decrypted.toHex())
        put("next_path_key", (data.nextBlindingOverride ?: next).toHex())
    }
}

/** The bits become features as the library reads them, and are written again as it writes its own. */
fun announce(input: JsonObject): Answer {
    val bits = input.getValue("bits").jsonArray.map { it.jsonPrimitive.int }
    val field = BitField.forAtMost((bits.maxOrNull() ?: -1) + 1)
    bits.forEach { field.setRight(it) }
    val features = Features(field)
    Features.validateFeatureGraph(features)?.let { throw it }
    return accept { put("features", Hex.encode(features.nodeAnnouncementFeatures().toByteArray())) }
}
