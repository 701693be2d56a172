// BOLT 4's packet as Eclair makes and peels it (`crypto.Sphinx`), the payer's side of keysend, and the packets that come back.

import fr.acinq.bitcoin.scalacompat.{ByteVector32, Crypto}
import fr.acinq.bitcoin.scalacompat.Crypto.{PrivateKey, PublicKey}
import fr.acinq.eclair.crypto.Sphinx
import fr.acinq.eclair.wire.protocol.CommonCodecs.{shortchannelid, varint}
import fr.acinq.eclair.wire.protocol.PaymentOnion.{FinalPayload, IntermediatePayload}
import fr.acinq.eclair.wire.protocol.{FailureMessage, FailureMessageCodecs, GenericTlv, OnionRoutingPacket, PaymentOnionCodecs}
import fr.acinq.eclair.{CltvExpiry, MilliSatoshi}
import org.json4s.JsonDSL._
import scodec.bits.ByteVector
import scodec.{Attempt, DecodeResult}
import scala.concurrent.duration.DurationLong

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

/** The way back: `Sphinx.FailurePacket` and `Sphinx.Attribution`, with Eclair's typed failure messages. */
object Returning {
  /** A failure is made as Eclair types it. A message that its codec would write otherwise is not one that it sends. */
  def create(input: Input): Answer = {
    val given = input.bytes("failure_message")
    val failure = FailureMessageCodecs.failureMessageCodec.decode(given.bits) match {
      case Attempt.Successful(DecodeResult(failure, rest)) if message(failure) ++ rest.bytes == given && rest.isEmpty => failure
      case Attempt.Successful(DecodeResult(failure, _)) => throw CannotSay(s"Eclair writes this failure as ${message(failure).toHex}")
      case Attempt.Failure(error) => throw CannotSay(s"Eclair has no such failure: ${error.messageWithContext}")
    }
    val secret = input.bytes32("shared_secret")
    Answer.Accept("packet" -> Sphinx.FailurePacket.wrap(Sphinx.FailurePacket.create(secret, failure), secret).toHex)
  }

  def wrap(input: Input): Answer =
    Answer.Accept("packet" -> Sphinx.FailurePacket.wrap(input.bytes("packet"), input.bytes32("shared_secret")).toHex)

  /** Eclair names the node and not its place in the route. */
  def open(input: Input): Answer = Sphinx.FailurePacket.decrypt(input.bytes("packet"), None, sharedSecrets(input)).failure match {
    case Right(failure) =>
      val written = message(failure.failureMessage)
      Answer.Accept(("hop" -> place(input, failure.originNode)) ~ ("failure_message" -> written.toHex) ~ ("code" -> written.take(2).toHex))
    case Left(_) => Answer.Reject("reason" -> "failure_source_unknown")
  }

  def attribute(input: Input): Answer = {
    val Seq(downstream, packet) = Seq("attribution_data", "packet").map(key => Option.when(input.has(key))(input.bytes(key)))
    val held = (input.number("hold_time") * 100).milliseconds
    Answer.Accept("attribution_data" -> Sphinx.Attribution.create(downstream, packet, held, input.bytes32("shared_secret")).toHex)
  }

  /** Eclair's hold times end before the hop whose HMAC is wrong, or with the last hop that it has read. */
  def openAttribution(input: Input): Answer = {
    val (secrets, data) = (sharedSecrets(input), input.bytes("attribution_data"))
    val (holdTimes, complete) = if (input.has("packet")) {
      val Sphinx.HtlcFailure(holdTimes, failure) = Sphinx.FailurePacket.decrypt(input.bytes("packet"), Some(data), secrets)
      (holdTimes, failure.fold(_.attribution_opt.nonEmpty, opened => holdTimes.lastOption.exists(_.remoteNodeId == opened.originNode)))
    } else {
      val unwrapped = Sphinx.Attribution.unwrap(data, secrets)
      (unwrapped.holdTimes, unwrapped.remaining_opt.nonEmpty)
    }
    Answer.Accept(("hold_times" -> holdTimes.map(_.duration.toMillis / 100)) ~ ("invalid_hop" -> Option.unless(complete)(holdTimes.size)))
  }

  private def message(failure: FailureMessage): ByteVector = FailureMessageCodecs.failureMessageCodec.encode(failure).require.bytes
  private def nodeIds(input: Input): List[PublicKey] = input.texts("public_keys").map(key => PublicKey(ByteVector.fromValidHex(key)))
  private def place(input: Input, node: PublicKey): Int = nodeIds(input).indexOf(node)
  private def sharedSecrets(input: Input): Seq[Sphinx.SharedSecret] = {
    val (_, secrets) = Sphinx.computeEphemeralPublicKeysAndSharedSecrets(PrivateKey(input.bytes("session_key")), nodeIds(input))
    secrets.zip(nodeIds(input)).map { case (secret, node) => Sphinx.SharedSecret(secret, node) }
  }
}
