// BOLT 4's packet as Eclair makes and peels it (`crypto.Sphinx`), and the payer's side of keysend.

import fr.acinq.bitcoin.scalacompat.{ByteVector32, Crypto}
import fr.acinq.bitcoin.scalacompat.Crypto.{PrivateKey, PublicKey}
import fr.acinq.eclair.crypto.Sphinx
import fr.acinq.eclair.wire.protocol.CommonCodecs.{shortchannelid, varint}
import fr.acinq.eclair.wire.protocol.PaymentOnion.{FinalPayload, IntermediatePayload}
import fr.acinq.eclair.wire.protocol.{GenericTlv, OnionRoutingPacket, PaymentOnionCodecs}
import fr.acinq.eclair.{CltvExpiry, MilliSatoshi}
import org.json4s.JsonDSL._
import scodec.bits.ByteVector

object Onion {
  def packet(bytes: ByteVector): OnionRoutingPacket = PaymentOnionCodecs.paymentOnionPacketCodec.decode(bytes.bits).require.value
  private def hex(packet: OnionRoutingPacket): String = PaymentOnionCodecs.paymentOnionPacketCodec.encode(packet).require.bytes.toHex

  /** An amount; Eclair keeps it in a signed 64-bit integer. */
  def amount(input: Input, key: String): MilliSatoshi = {
    val msat = BigInt(input.text(key))
    if (!msat.isValidLong) throw CannotSay(s"$key: a MilliSatoshi is below 2^63")
    MilliSatoshi(msat.toLong)
  }

  def sharedSecret(input: Input): Answer = {
    val (secretKey, publicKey) = (PrivateKey(input.bytes("secret_key")), PublicKey(input.bytes("public_key")))
    val secret = Sphinx.computeSharedSecret(publicKey, secretKey)
    Answer.Accept(("shared_secret" -> secret.toHex) ~ ("x" -> publicKey.multiply(secretKey).value.drop(1).toHex))
  }

  def construct(input: Input): Answer = {
    val payloads = input.list("hops").map(hop => Wire.lengthPrefixed(hop.bytes("payload")))
    Answer.Accept("packet" -> hex(create(input, payloads, input.bytes32("associated_data"))))
  }

  private def create(input: Input, payloads: List[ByteVector], associatedData: ByteVector32): OnionRoutingPacket = {
    val nodeIds = input.list("hops").map(hop => PublicKey(hop.bytes("public_key")))
    Sphinx.create(PrivateKey(input.bytes("session_key")), PaymentOnionCodecs.paymentOnionPayloadLength, nodeIds, payloads, Some(associatedData)).get.packet
  }

  def peel(input: Input): Answer = {
    val nodeKey = PrivateKey(input.bytes("node_secret"))
    val key = if (input.has("path_key")) Sphinx.RouteBlinding.derivePrivateKey(nodeKey, PublicKey(input.bytes("path_key"))) else nodeKey
    Sphinx.peel(key, Some(input.bytes32("associated_data")), packet(input.bytes("packet"))) match {
      case Right(peeled) =>
        val payload = varint.decode(peeled.payload.bits).require.remainder.bytes // Eclair hands it out behind its length
        val next = Option.unless(peeled.isLastPacket)(hex(peeled.nextPacket))
        Answer.Accept(("final" -> peeled.isLastPacket) ~ ("payload" -> payload.toHex) ~
          ("shared_secret" -> peeled.sharedSecret.toHex) ~ ("next_packet" -> next))
      case Left(failure) => Outcome.failed(0, failure).answer
    }
  }

  /** What `OutgoingPaymentPacket.buildOnion` does, with the case's session key instead of a random one. */
  def keysendSend(input: Input): Answer = {
    val (hops, preimage) = (input.list("hops"), input.bytes32("preimage"))
    val paymentHash = Crypto.sha256(preimage)
    val customRecords = input.list("custom_records").map(record => GenericTlv(Wire.uint64(record, "type"), record.bytes("value")))
    if (hops.lastOption.exists(_.has("short_channel_id"))) throw CannotSay("createKeySendPayload has no short_channel_id")
    val relays = hops.dropRight(1).map { hop =>
      if (!hop.has("short_channel_id")) throw CannotSay("ChannelRelay.Standard cannot be without its short_channel_id")
      val channel = shortchannelid.decode(hop.bytes("short_channel_id").bits).require.value
      IntermediatePayload.ChannelRelay.Standard(channel, amount(hop, "amt_to_forward"), CltvExpiry(hop.number("outgoing_cltv_value"))).records
    }
    val finals = hops.takeRight(1).map { hop =>
      FinalPayload.Standard.createKeySendPayload(amount(hop, "amt_to_forward"), CltvExpiry(hop.number("outgoing_cltv_value")), preimage, customRecords.toSet).records
    }
    val payloads = (relays ++ finals).map(records => PaymentOnionCodecs.perHopPayloadCodec.encode(records).require.bytes)
    val packet = hex(create(input, payloads, paymentHash)) // first: it is what refuses a route without hops
    val finalPayload = varint.decode(payloads.last.bits).require.remainder.bytes
    Answer.Accept(("payment_hash" -> paymentHash.toHex) ~ ("final_payload" -> finalPayload.toHex) ~ ("packet" -> packet))
  }
}
