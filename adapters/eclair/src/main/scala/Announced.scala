// Feature bits (BOLT 9): what Eclair's payer asks of them, and how Eclair announces its own.

import fr.acinq.bitcoin.scalacompat.ByteVector32
import fr.acinq.bitcoin.scalacompat.Crypto.PrivateKey
import fr.acinq.eclair.FeatureSupport.{Mandatory, Optional}
import fr.acinq.eclair.payment.Bolt11Invoice
import fr.acinq.eclair.payment.Bolt11Invoice.{Description, InvoiceFeatures, PaymentHash, PaymentSecret}
import fr.acinq.eclair.payment.Invoice.ExtraEdge
import fr.acinq.eclair.payment.send.PaymentError.UnsupportedFeatures
import fr.acinq.eclair.router.Announcements.makeNodeAnnouncement
import fr.acinq.eclair.router.Graph.GraphStructure.{DirectedGraph, GraphEdge}
import fr.acinq.eclair.router.{GraphWithBalanceEstimates, RouteCalculation}
import fr.acinq.eclair.wire.protocol.Color
import fr.acinq.eclair.{BlockHeight, CltvExpiryDelta, Feature, Features, MilliSatoshi, NodeFeature, ShortChannelId, TimestampSecond, UnknownFeature}
import org.json4s.JsonDSL._
import scodec.bits.ByteVector
import scala.concurrent.duration.DurationInt

object Announced {
  private val payee = PrivateKey(ByteVector32.fromValidHex("02" * 32))

  /** Of an invoice what `PaymentInitiator` asks; of a payment without one whether the router finds a way to the node. */
  def mayPay(input: Input): Answer = {
    val features = Features(input.bytes("node_features")).nodeAnnouncementFeatures()
    if (input.text("payment") == "invoice") {
      val tags = List(PaymentHash(ByteVector32.One), Description(""), PaymentSecret(ByteVector32.One), InvoiceFeatures(Features(input.bytes("invoice_features"))))
      val invoice = Bolt11Invoice("lnbc", None, TimestampSecond(0), payee.publicKey, tags, signature = ByteVector.empty)
      if (!Node.payer.features.invoiceFeatures().areSupported(invoice.features)) throw UnsupportedFeatures(invoice.features)
    } else route(features)
    val keysend = features.activated.get(Features.KeySend).map(_.toString)
    Answer.Accept("keysend" -> keysend.getOrElse("absent"))
  }

  /** A channel leads from the payer to the node, and the node is announced. Without a route this throws. */
  private def route(features: Features[NodeFeature]): Unit = {
    val payer = Node.payer
    val channel = ExtraEdge(payer.nodeId, payee.publicKey, ShortChannelId(1), MilliSatoshi(0), 0, CltvExpiryDelta(18), MilliSatoshi(1), None)
    val graph = DirectedGraph(GraphEdge(channel)).addOrUpdateVertex(makeNodeAnnouncement(payee, "", Color(0, 0, 0), Nil, features))
    val params = payer.routerConf.pathFindingExperimentConf.getRandomConf().getDefaultRouteParams
    RouteCalculation.findRoute(GraphWithBalanceEstimates(graph, 1.day), payer.nodeId, payee.publicKey, MilliSatoshi(1000), MilliSatoshi(1000),
      numRoutes = 1, routeParams = params, currentBlockHeight = BlockHeight(800000)).get
  }

  /** What Eclair does with the features of its configuration. They are a map, in which a feature stands once. */
  def announce(input: Input): Answer = {
    val bits = input.numbers("bits")
    val (known, unknown) = bits.partitionMap(bit => Features.knownFeatures.collectFirst {
      case feature if feature.mandatory == bit => (feature, Mandatory)
      case feature if feature.optional == bit => (feature, Optional)
    }.toLeft(UnknownFeature(bit)))
    if (known.map(_._1).distinct.size < known.size) throw CannotSay("Features is a map, in which a feature stands once")
    val features = Features[Feature](known.toMap, unknown.toSet)
    Features.validateFeatureGraph(features).foreach(missing => throw missing)
    Answer.Accept("features" -> features.nodeAnnouncementFeatures().toByteVector.toHex)
  }
}
