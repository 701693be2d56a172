// The adapter protocol (docs/protocol.md) on stdin and stdout, and the helpers that turn its JSON into Eclair's types and
// back. What Eclair says is decided in Wire.scala, Onion.scala, Node.scala,
// Blinded.scala and Announced.scala.

import fr.acinq.bitcoin.scalacompat.ByteVector32
import fr.acinq.eclair.NodeParams
import org.json4s.{DefaultFormats, Formats, JNothing, JObject, JValue, jvalue2extractable, jvalue2monadic}
import org.json4s.JsonDSL._
import org.json4s.jackson.JsonMethods.{compact, parse}
import scodec.bits.ByteVector
import scala.io.Source
import scala.util.control.NonFatal

/** What a case comes to, as an answer line has it. */
class Answer(val key: String, val value: JValue)
object Answer {
  def Accept(output: JObject): Answer = new Answer("accept", output)
  def Unsupported(why: String): Answer = new Answer("unsupported", why)
  def Reject(failure: JObject): Answer = new Answer("reject", failure)
}

/** Thrown where Eclair's interface has no place for something that the input has. */
case class CannotSay(why: String) extends Exception(why)

/** One JSON object of the protocol, its fields read as what they are. */
case class Input(json: JValue) {
  private implicit val formats: Formats = DefaultFormats
  def has(key: String): Boolean = json \ key != JNothing
  def text(key: String): String = (json \ key).extract[String]
  def bytes(key: String): ByteVector = ByteVector.fromValidHex(text(key))
  def bytes32(key: String): ByteVector32 = ByteVector32(bytes(key))
  def number(key: String): Long = (json \ key).extract[Long]
  def inner(key: String): Input = Input(json \ key)
  def texts(key: String): List[String] = (json \ key).extract[List[String]]
  def numbers(key: String): List[Int] = (json \ key).extract[List[Int]]
  def list(key: String): List[Input] = (json \ key).children.map(Input)
}

object Main {
  private val operations: Map[String, Input => Answer] = Map(
    "bigsize.decode" -> Wire.bigSizeDecode,
    "bigsize.encode" -> Wire.bigSizeEncode,
    "tlv.decode" -> Wire.tlvDecode,
    "ecdh.shared_secret" -> Onion.sharedSecret,
    "onion.construct" -> Onion.construct,
    "onion.peel" -> Onion.peel,
    "keysend.send" -> Onion.keysendSend,
    "keysend.receive" -> Node.keysendReceive,
    "node.sequence" -> Node.sequence,
    "failure.create" -> Returning.create,
    "failure.wrap" -> Returning.wrap,
    "failure.open" -> Returning.open,
    "attribution.update" -> Returning.attribute,
    "attribution.open" -> Returning.openAttribution,
    "blinded.create" -> Blinded.create,
    "blinded.unblind" -> Blinded.unblind,
    "features.may_pay" -> Announced.mayPay,
    "features.announce" -> Announced.announce,
  )

  private def hello: JObject = {
    Node.start()
    val version = classOf[NodeParams].getPackage.getImplementationVersion // as the manifest of its JAR says
    ("type" -> "hello") ~ ("protocol" -> 1) ~
      ("implementation" -> ("name" -> "eclair") ~ ("version" -> version) ~ ("language" -> "scala")) ~ ("operations" -> operations.keys.toList.sorted) ~
      ("policies" -> ("custom_even_records" -> "accept") ~ ("keysend_payment_data" -> "accept_multipart") ~
        ("far_expiry" -> "accept") ~ ("invoice_with_wrong_record" -> "ignore") ~ ("keysend_not_announced" -> "pay")) ~ ("window" -> 16)
  }

  /** Eclair refuses by throwing in some places: an exception is its verdict, in its own words. */
  private def answer(operation: String, input: Input): Answer = try {
    operations.get(operation).map(_.apply(input)).getOrElse(Answer.Unsupported(s"the operation $operation was not declared"))
  } catch {
    case CannotSay(why) => Answer.Unsupported(why)
    case NonFatal(refusal) => Answer.Reject("reason" -> Option(refusal.getMessage).getOrElse(refusal.toString))
  }

  /** The answer to one line of the runner. */
  def reply(line: String): JValue = {
    val message = Input(parse(line))
    if (message.text("type") == "hello") return hello
    val given = answer(message.text("operation"), message.inner("input"))
    ("seq" -> message.number("seq")) ~ (given.key -> given.value)
  }

  def main(args: Array[String]): Unit = {
    val stdout = System.out
    System.setOut(System.err) // whatever Eclair prints is for people
    for (line <- Source.stdin.getLines()) {
      stdout.print(compact(reply(line)) + "\n")
      stdout.flush()
    }
    sys.exit() // or the threads of Akka would keep the process
  }
}
