// BOLT 4's packet as lightning-kmp makes and peels it: `crypto.sphinx.Sphinx`, and `RouteBlinding` for a path key.

import fr.acinq.bitcoin.ByteVector32
import fr.acinq.bitcoin.PrivateKey
import fr.acinq.bitcoin.PublicKey
import fr.acinq.bitcoin.io.*
import fr.acinq.bitcoin.utils.Either
import fr.acinq.lightning.crypto.RouteBlinding
import fr.acinq.lightning.crypto.sphinx.Sphinx
import fr.acinq.lightning.wire.*
import fr.acinq.secp256k1.Hex
import kotlinx.serialization.json.*

val packets = OnionRoutingPacketSerializer(OnionRoutingPacket.PaymentPacketLength)

fun sharedSecret(input: JsonObject): Answer {
    val secretKey = PrivateKey(input.hex("secret_key"))
    val publicKey = PublicKey(input.hex("public_key"))
    val secret = Sphinx.computeSharedSecret(publicKey, secretKey)
    return accept {
        put("shared_secret", secret.toHex())
        put("x", publicKey.times(secretKey).value.drop(1).toHex())
    }
}

fun construct(input: JsonObject): Answer {
    val hops = input.getValue("hops").jsonArray.map { it.jsonObject }
    val onion = Sphinx.create(
        PrivateKey(input.hex("session_key")),
        hops.map { PublicKey(it.hex("public_key")) },
        hops.map { lengthPrefixed(it.hex("payload")) },
        ByteVector32(input.hex("associated_data")),
        OnionRoutingPacket.PaymentPacketLength,
    )
    return accept { put("packet", Hex.encode(packets.write(onion.packet))) }
}

fun peel(input: JsonObject): Answer {
    val nodeKey = PrivateKey(input.hex("node_secret"))
    val key = if ("path_key" in input) RouteBlinding.derivePrivateKey(nodeKey, PublicKey(input.hex("path_key"))) else nodeKey
    return when (val peeled = Sphinx.peel(key, input.bytes("associated_data"), packets.read(input.hex("packet")))) {
        is Either.Left -> peeled.value.let {
            val reason = when (it) {
                is InvalidOnionHmac -> "hmac_mismatch"
                is InvalidOnionKey -> "public_key_invalid"
                else -> it.message
            }
            Answer.Reject(reason, it.code(), it.data())
        }
        is Either.Right -> accept {
            val payload = ByteArrayInput(peeled.value.payload.toByteArray())
            LightningCodecs.bigSize(payload) // the library hands out the payload behind its length
            put("final", peeled.value.isLastPacket)
            put("payload", Hex.encode(LightningCodecs.bytes(payload, payload.availableBytes)))
            put("shared_secret", peeled.value.sharedSecret.toHex())
            if (!peeled.value.isLastPacket) put("next_packet", Hex.encode(packets.write(peeled.value.nextPacket)))
        }
    }
}
