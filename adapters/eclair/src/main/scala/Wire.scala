// BOLT 1 as Eclair reads it: BigSize and TLV streams. The payload's records are Eclair's own; those of BOLT 1's namespaces n1
// and n2 are put together from Eclair's codecs as Eclair puts together its own.

import fr.acinq.bitcoin.scalacompat.Crypto.PublicKey
import fr.acinq.eclair.wire.protocol.CommonCodecs._
import fr.acinq.eclair.wire.protocol.TlvCodecs._
import fr.acinq.eclair.wire.protocol.{CommonCodecs, PaymentOnionCodecs, Tlv, TlvStream}
import fr.acinq.eclair.{ShortChannelId, UInt64}
import org.json4s.JsonDSL._
import scodec.Codec
import scodec.bits.ByteVector
import scodec.codecs._

object Wire {
  def bigSizeDecode(input: Input): Answer = {
    val bytes = input.bytes("bytes")
    val decoded = varint.decode(bytes.bits).require
    Answer.Accept(("value" -> decoded.value.toBigInt.toString) ~ ("length" -> (bytes.size - decoded.remainder.bytes.size)))
  }

  def bigSizeEncode(input: Input): Answer =
    Answer.Accept("bytes" -> varint.encode(uint64(input, "value")).require.bytes.toHex)
  def uint64(input: Input, key: String): UInt64 = UInt64(BigInt(input.text(key)).toLong) // whose 64 bits Eclair reads as unsigned
  /** A payload behind its length, as Eclair's payload codec and its onion want it. */
  def lengthPrefixed(payload: ByteVector): ByteVector = variableSizeBytesLong(varintoverflow, bytes).encode(payload).require.bytes

  def tlvDecode(input: Input): Answer = input.text("namespace") match {
    case "n1" => records(n1, input.bytes("stream"))
    case "n2" => records(n2, input.bytes("stream"))
    case "payload" => records(PaymentOnionCodecs.perHopPayloadCodec, lengthPrefixed(input.bytes("stream")))
    case other => Answer.Unsupported(s"no namespace $other")
  }

  private def records[T <: Tlv](codec: Codec[TlvStream[T]], stream: ByteVector): Answer = {
    val known = codec.decode(stream.bits).require.value.records.toList.map(record => rawRecord(codec, record)).sortBy(_.tag)
    Answer.Accept("records" -> known.map(record => ("type" -> record.tag.toBigInt.toString) ~ ("value" -> record.value.toHex)))
  }

  /** The bytes of a record: what the same codec writes for it alone. */
  private def rawRecord[T <: Tlv](codec: Codec[TlvStream[T]], record: T) = {
    val alone = codec.encode(TlvStream(Set(record))).require
    val start = if (codec eq PaymentOnionCodecs.perHopPayloadCodec) varint.decode(alone).require.remainder else alone
    genericTlv.decode(start).require.value
  }

  /** The records of BOLT 1, appendix B. */
  sealed trait TestRecord extends Tlv
  case class Amount(msat: UInt64) extends TestRecord
  case class Channel(id: ShortChannelId) extends TestRecord
  case class PointAndAmounts(nodeId: PublicKey, amount1: UInt64, amount2: UInt64) extends TestRecord
  case class CltvDelta(blocks: Int) extends TestRecord
  case class Expiry(blocks: Long) extends TestRecord

  private val pointAndAmounts: Codec[PointAndAmounts] = fixedLengthTlvField(49, publicKey :: CommonCodecs.uint64 :: CommonCodecs.uint64)
  private val n1: Codec[TlvStream[TestRecord]] = tlvStream(discriminated[TestRecord].by(varint)
    .typecase(UInt64(1), tlvField[Amount, UInt64](tu64))
    .typecase(UInt64(2), tlvField[Channel, ShortChannelId](shortchannelid))
    .typecase(UInt64(3), pointAndAmounts)
    .typecase(UInt64(254), fixedLengthTlvField[CltvDelta, Int](2, uint16)))
  private val n2: Codec[TlvStream[TestRecord]] = tlvStream(discriminated[TestRecord].by(varint)
    .typecase(UInt64(0), tlvField[Amount, UInt64](tu64))
    .typecase(UInt64(11), tlvField[Expiry, Long](tu32)))
}
