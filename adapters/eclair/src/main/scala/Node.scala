// The payee of Eclair: `IncomingPaymentPacket.decrypt` and a real `PaymentHandler` with its default handler and SQLite in memory.
// Its actors run on the calling thread and its timers on a clock that the case moves.

import akka.actor.{Actor, ActorSystem, Cancellable, Props, Scheduler, SupervisorStrategy}
import akka.event.LoggingAdapter
import akka.testkit.TestActorRef
import com.typesafe.config.{Config, ConfigFactory}
import fr.acinq.bitcoin.scalacompat.Crypto.{PrivateKey, PublicKey}
import fr.acinq.bitcoin.scalacompat.DeterministicWallet.ExtendedPrivateKey
import fr.acinq.bitcoin.scalacompat._
import fr.acinq.bitcoin.{ByteVector32 => Bytes32, DeterministicWallet => Wallet, KeyPath}
import fr.acinq.eclair._
import fr.acinq.eclair.blockchain.fee.{FeeratePerKw, FeeratesPerKw}
import fr.acinq.eclair.channel.{CMD_FAIL_HTLC, CMD_FULFILL_HTLC, Register}
import fr.acinq.eclair.crypto.keymanager.{LocalChannelKeyManager, NodeKeyManager}
import fr.acinq.eclair.db.{Databases, PaymentType}
import fr.acinq.eclair.payment.IncomingPaymentPacket.{ChannelRelayPacket, FinalPacket, decrypt}
import fr.acinq.eclair.payment.Bolt11Invoice
import fr.acinq.eclair.payment.receive.PaymentHandler
import fr.acinq.eclair.wire.protocol._
import org.json4s.JsonAST.{JObject, JString}
import org.json4s.JsonDSL._
import scodec.bits.ByteVector
import java.sql.{DriverManager, SQLException}
import java.util.UUID
import java.util.concurrent.atomic.{AtomicBoolean, AtomicLong, AtomicReference}
import java.util.concurrent.{ConcurrentLinkedQueue, ThreadFactory}
import scala.collection.mutable
import scala.concurrent.ExecutionContext
import scala.concurrent.duration.{DurationInt, DurationLong, FiniteDuration}
import scala.jdk.CollectionConverters.CollectionHasAsScala

/** One node over a sequence of events; it begins with no memory. */
class Node(nodeKey: PrivateKey, startHeight: Long, settings: Input) {
  private val height = new AtomicLong(startHeight)
  private val sqlite = DriverManager.getConnection("jdbc:sqlite::memory:")
  private val database = Databases.SqliteDatabases(sqlite, sqlite, sqlite, jdbcUrlFile_opt = None)
  private var params = Node.params(OneKey(nodeKey), database, height, settings)
  private var handler = startHandler()
  private var htlcs = 0L
  private val decided = mutable.ListBuffer.empty[Outcome] // by the present event
  private var held = Set.empty[Long]

  /** As Eclair's `Setup` starts it; settings are read when Eclair starts. */
  private def startHandler(): TestActorRef[Actor] = TestActorRef(SimpleSupervisor.props(
    PaymentHandler.props(params, Node.register(decided += _), offerManager = null), "payment-handler", SupervisorStrategy.Resume))(Node.system)

  def stop(): Unit = try handler.stop() finally sqlite.close()

  /** What the event decides, in order of the HTLCs' numbers. */
  def on(event: Input): List[Outcome] = {
    decided.clear()
    event.text("event") match {
      case "htlc" => receive(event.inner("htlc"))
      case "invoice" => addInvoice(event)
      case "height" => height.set(event.number("height"))
      case "time" => Node.clock.pass(event.number("seconds").seconds)
      case "settings" =>
        if (held.nonEmpty) throw CannotSay("other settings need a restart, and that gives up HTLCs that are held")
        handler.stop()
        params = Node.params(params.nodeKeyManager, database, height, event.inner("settings"))
        handler = startHandler()
    }
    held = held -- decided.map(_.htlc) ++ decided.filter(_.outcome == "held").map(_.htlc)
    decided.sortBy(_.htlc).toList
  }

  private def receive(htlc: Input): Unit = {
    val pathKey = Option.when(htlc.has("path_key"))(PublicKey(htlc.bytes("path_key")))
    val add = UpdateAddHtlc(ByteVector32.Zeroes, htlcs, Onion.amount(htlc, "amount_msat"), htlc.bytes32("payment_hash"),
      CltvExpiry(htlc.number("cltv_expiry")), Onion.packet(htlc.bytes("packet")), pathKey, endorsement = 0, fundingFee_opt = None)
    htlcs += 1
    decrypt(add, params.privateKey, params.features) match {
      case Right(packet: FinalPacket) =>
        handler ! packet
        if (!decided.exists(_.htlc == add.id)) decided += Outcome(add.id, "held")
      case Right(packet: ChannelRelayPacket) =>
        val channel = packet.payload.outgoing.getOrElse(throw CannotSay("the next node has no short_channel_id"))
        decided += Outcome(add.id, "forwarded", "short_channel_id" -> f"${channel.toLong}%016x")
      case Right(_) => throw CannotSay("a trampoline payment")
      case Left(failure) => decided += Outcome.failed(add.id, failure)
    }
  }

  /** What `MultiPartHandler.CreateInvoiceActor` does, with the case's payment secret. */
  private def addInvoice(event: Input): Unit = {
    val preimage = event.bytes32("preimage")
    val amount = Option.when(event.has("amount_msat"))(Onion.amount(event, "amount_msat"))
    val invoice = Bolt11Invoice(params.chainHash, amount, Crypto.sha256(preimage), params.privateKey, Left(""),
      params.channelConf.minFinalExpiryDelta, paymentSecret = event.bytes32("payment_secret"), features = params.features.bolt11Features())
    try database.payments.addIncomingPayment(invoice, preimage, PaymentType.Standard)
    catch { case _: SQLException => throw CannotSay("Eclair does not issue a second invoice for a payment hash that it has one for") }
  }
}

object Node {
  private val config = ConfigFactory.parseString(
    """akka.loglevel = "OFF"
      |akka.actor.default-dispatcher.type = "akka.testkit.CallingThreadDispatcherConfigurator"
      |akka.scheduler.implementation = "Clock"
      |""".stripMargin).withFallback(ConfigFactory.load())
  private implicit val system: ActorSystem = ActorSystem("eclair", config)
  private val clock = system.scheduler.asInstanceOf[Clock]

  private val anySettings = Input(("keysend" -> "accept") ~ ("shared_secret" -> "off") ~ ("min_final_cltv_expiry_delta" -> 18))

  /** A node that only pays. */
  lazy val payer: NodeParams = {
    val sqlite = DriverManager.getConnection("jdbc:sqlite::memory:")
    val database = Databases.SqliteDatabases(sqlite, sqlite, sqlite, jdbcUrlFile_opt = None)
    params(OneKey(PrivateKey(ByteVector32.One)), database, new AtomicLong(800000), anySettings)
  }

  /** Starts a node and stops it: the first one takes seconds, which belong to the handshake and not to a case. */
  def start(): Unit =
    new Node(PrivateKey(ByteVector32.One), 0, anySettings).stop()

  /** Eclair's defaults, with the node's key and the settings of the case. */
  private def params(keys: NodeKeyManager, database: Databases, height: AtomicLong, settings: Input): NodeParams = {
    if (settings.text("shared_secret") != "off") throw CannotSay("Eclair has no shared-secret payments")
    val features = s"eclair.features.keysend = ${if (settings.text("keysend") == "accept") "optional" else "disabled"}"
    val params = NodeParams.makeNodeParams(ConfigFactory.parseString(features).withFallback(config).getConfig("eclair"), new UUID(0, 0), keys,
      LocalChannelKeyManager(ByteVector32.Zeroes, Block.LivenetGenesisBlock.hash), None, None, database, height, new AtomicReference(FeeratesPerKw.single(FeeratePerKw(Satoshi(1000)))))
    val minFinalExpiryDelta = CltvExpiryDelta(settings.number("min_final_cltv_expiry_delta").toInt)
    params.copy(channelConf = params.channelConf.copy(minFinalExpiryDelta = minFinalExpiryDelta), purgeInvoicesInterval = None)
  }

  /** Stands where Eclair keeps its channels: whatever the handler orders for an HTLC comes here. */
  private def register(decide: Outcome => Unit): TestActorRef[Actor] = TestActorRef(Props(new Actor {
    override def receive: Receive = {
      case Register.Forward(_, _, CMD_FULFILL_HTLC(htlc, preimage, _, _, _)) => decide(Outcome(htlc, "claimed", "preimage" -> preimage.toHex))
      case Register.Forward(_, _, CMD_FAIL_HTLC(htlc, FailureReason.LocalFailure(failure), _, _, _, _)) => decide(Outcome.failed(htlc, failure))
    }
  }))

  private def run(input: Input, events: List[Input]): List[List[Outcome]] = {
    val node = new Node(PrivateKey(input.bytes("node_secret")), input.number("height"), input.inner("settings"))
    try events.map(node.on) finally node.stop()
  }

  def keysendReceive(input: Input): Answer = run(input, List(Input(("event" -> "htlc") ~ ("htlc" -> input.inner("htlc").json)))).head.head.answer
  def sequence(input: Input): Answer = Answer.Accept("outcomes" -> run(input, input.list("events")).map(_.map(_.json)))
}

/** What becomes of an HTLC. */
case class Outcome(htlc: Long, outcome: String, fields: (String, String)*) {
  private val said = JObject(fields.map { case (key, value) => key -> JString(value) }.toList)
  def json: JObject = ("htlc" -> htlc) ~ ("outcome" -> outcome) ~ said
  def answer: Answer = if (outcome == "failed") Answer.Reject(said) else Answer.Accept(("outcome" -> outcome) ~ said)
}

object Outcome {
  def failed(htlc: Long, failure: FailureMessage): Outcome = {
    // An onion that is bad in itself fails as malformed, with its hash; of any other failure this is what would be encrypted.
    val (code, data) = failure match {
      case bad: BadOnion => (f"${bad.code}%04x", bad.onionHash.toHex)
      case other => FailureMessageCodecs.failureMessageCodec.encode(other).require.bytes.toHex.splitAt(4)
    }
    Outcome(htlc, "failed", "reason" -> failure.message, "code" -> code, "data" -> data)
  }
}

/** Akka's scheduler on a clock that is moved by hand. (The one of Akka's test kit sleeps whenever it is moved.) */
class Clock(config: Config, log: LoggingAdapter, threads: ThreadFactory) extends Scheduler {
  private class Task(val at: FiniteDuration, val run: Runnable) extends AtomicBoolean with Cancellable {
    override def isCancelled: Boolean = get
    override def cancel(): Boolean = compareAndSet(false, true)
  }
  private val tasks = new ConcurrentLinkedQueue[Task]
  @volatile private var now = 0.seconds
  override def maxFrequency: Double = 1000
  override def scheduleOnce(delay: FiniteDuration, run: Runnable)(implicit executor: ExecutionContext): Cancellable = {
    val task = new Task(now + delay, run)
    if (tasks.add(task)) task else Cancellable.alreadyCancelled
  }
  /** What is done again and again is housekeeping that no payment waits for. */
  override def schedule(delay: FiniteDuration, interval: FiniteDuration, run: Runnable)(implicit executor: ExecutionContext): Cancellable = Cancellable.alreadyCancelled
  def pass(time: FiniteDuration): Unit = {
    now += time
    tasks.asScala.toList.filter(_.at <= now).sortBy(_.at).foreach(task => if (task.cancel()) task.run.run())
    tasks.removeIf(_.isCancelled)
  }
}

/** The keys of a node that is nothing but its node key: `LocalNodeKeyManager` would derive another one. */
case class OneKey(key: PrivateKey) extends NodeKeyManager {
  override val nodeKey: ExtendedPrivateKey = ExtendedPrivateKey(new Wallet.ExtendedPrivateKey(key.priv.value, Bytes32.Zeroes, 0, new KeyPath("m"), 0))
  override val nodeId: PublicKey = key.publicKey
  override def signDigest(digest: ByteVector32, privateKey: PrivateKey): (ByteVector64, Int) = throw CannotSay("nothing to sign")
  override def signChannelAnnouncement(witness: ByteVector): ByteVector64 = throw CannotSay("nothing to sign")
}
