// The payee of lightning-kmp: a real `IncomingPaymentHandler` with the default `NodeParams`, and what an application brings
// to it: a key and a place to keep invoices. The handler has no keysend and no shared-secret payments.

import co.touchlab.kermit.StaticConfig
import fr.acinq.bitcoin.*
import fr.acinq.bitcoin.utils.Either
import fr.acinq.lightning.*
import fr.acinq.lightning.blockchain.fee.FeeratePerKw
import fr.acinq.lightning.channel.ChannelCommand.Htlc.Settlement
import fr.acinq.lightning.crypto.KeyManager
import fr.acinq.lightning.db.*
import fr.acinq.lightning.io.PeerCommand
import fr.acinq.lightning.io.WrappedChannelCommand
import fr.acinq.lightning.logging.LoggerFactory
import fr.acinq.lightning.payment.Bolt11Invoice
import fr.acinq.lightning.payment.IncomingPaymentHandler
import fr.acinq.lightning.payment.IncomingPaymentHandler.ProcessAddResult
import fr.acinq.lightning.utils.currentTimestampSeconds
import fr.acinq.lightning.wire.*
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.*
import java.lang.reflect.Proxy

private val channel = ByteVector32.Zeroes

fun sequence(input: JsonObject): Answer {
    val settings = input.getValue("settings").jsonObject
    if (settings.text("shared_secret") != "off") return Answer.Unsupported("lightning-kmp has no shared-secret payments")
    val node = Node(PrivateKey(input.hex("node_secret")), input.int("height"), settings.int("min_final_cltv_expiry_delta"))
    val outcomes = input.getValue("events").jsonArray.map { event ->
        node.on(event.jsonObject) ?: return Answer.Unsupported("the handler's clock is the system's: only sets that begin before time passes can be timed")
    }
    return accept { put("outcomes", JsonArray(outcomes.map { decided -> JsonArray(decided.sortedBy { it.int("htlc") }) })) }
}

/** One node over a sequence of events; it begins with no memory. */
private class Node(nodeKey: PrivateKey, private var height: Int, private var minFinalExpiryDelta: Int) {
    private val params = NodeParams(Chain.Regtest, LoggerFactory(StaticConfig(logWriterList = listOf())), OneKey(nodeKey))
    private val invoices = Invoices()
    private val handler = IncomingPaymentHandler(params, invoices)
    private var htlcs = 0L
    private var seconds = 0L
    private var lateSet = false

    /** What the event decides, or nothing when the event cannot be told to the handler. */
    fun on(event: JsonObject): List<JsonObject>? {
        when (event.text("event")) {
            "htlc" -> return receive(event.getValue("htlc").jsonObject)
            "invoice" -> addInvoice(event)
            "height" -> height = event.int("height")
            "settings" -> minFinalExpiryDelta = event.getValue("settings").jsonObject.int("min_final_cltv_expiry_delta")
            "time" -> {
                if (lateSet) return null
                seconds += event.number("seconds")
                return decided(handler.checkPaymentsTimeout(currentTimestampSeconds() + seconds))
            }
        }
        return listOf()
    }

    private fun receive(htlc: JsonObject): List<JsonObject> {
        val pathKey = htlc["path_key"]?.let { UpdateAddHtlcTlv.Blinding(PublicKey(htlc.hex("path_key"))) }
        val add = UpdateAddHtlc(
            channel, htlcs++,
            MilliSatoshi(htlc.text("amount_msat").toLong()),
            ByteVector32(htlc.hex("payment_hash")),
            CltvExpiry(htlc.number("cltv_expiry")),
            packets.read(htlc.hex("packet")),
            TlvStream(setOfNotNull(pathKey)),
        )
        val result = runBlocking { handler.process(add, Features.empty, height, FeeratePerKw.MinimumFeeratePerKw, null) }
        if (result is ProcessAddResult.Pending) {
            lateSet = lateSet || seconds > 0 && result.pendingPayment.parts.size == 1
            return listOf(outcome(add.id, "held"))
        }
        return decided(result.actions)
    }

    /** What `IncomingPaymentHandler.createInvoice` does, with the payment secret of the case instead of a random one. */
    private fun addInvoice(event: JsonObject) = runBlocking {
        val preimage = ByteVector32(event.hex("preimage"))
        val invoice = Bolt11Invoice.create(
            params.chain,
            event["amount_msat"]?.let { MilliSatoshi(event.text("amount_msat").toLong()) },
            preimage.sha256(),
            params.nodePrivateKey,
            Either.Left(""),
            CltvExpiryDelta(minFinalExpiryDelta),
            params.features,
            ByteVector32(event.hex("payment_secret")),
        )
        invoices.addIncomingPayment(preimage, IncomingPayment.Origin.Invoice(invoice), System.currentTimeMillis())
    }

    private fun decided(commands: List<PeerCommand>): List<JsonObject> = commands.map { command ->
        when (val settlement = (command as WrappedChannelCommand).channelCommand as Settlement) {
            is Settlement.Fulfill -> outcome(settlement.id, "claimed", "preimage" to settlement.r.toHex())
            is Settlement.FailMalformed -> outcome(
                settlement.id, "failed", "reason" to "malformed onion",
                "code" to "%04x".format(settlement.failureCode), "data" to settlement.onionHash.toHex(),
            )
            is Settlement.Fail -> {
                val failure = (settlement.reason as Settlement.Fail.Reason.Failure).message
                outcome(settlement.id, "failed", "reason" to failure.message, "code" to failure.code(), "data" to failure.data())
            }
        }
    }

    private fun outcome(htlc: Long, outcome: String, vararg fields: Pair<String, String>): JsonObject = buildJsonObject {
        put("htlc", htlc)
        put("outcome", outcome)
        fields.forEach { (key, value) -> put(key, value) }
    }
}

/** The keys of a node that is nothing but its node key: the handler asks for no other. */
private class OneKey(nodeKey: PrivateKey) : KeyManager {
    override val nodeKeys = DeterministicWallet.ExtendedPrivateKey(nodeKey.value, ByteVector32.Zeroes, 0, KeyPath.empty, 0)
        .let { KeyManager.NodeKeys(it, it) }
    override val finalOnChainWallet get() = error("no wallet")
    override val swapInOnChainWallet get() = error("no wallet")
    override fun newFundingKeyPath(isInitiator: Boolean) = error("no channels")
    override fun channelKeys(fundingKeyPath: KeyPath) = error("no channels")
}

private val noOutgoingPayments = Proxy.newProxyInstance(Node::class.java.classLoader, arrayOf(OutgoingPaymentsDb::class.java)) { _, method, _ ->
    error("no outgoing payments: ${method.name}")
} as OutgoingPaymentsDb

/** The application's store of invoices: it keeps what it is given and hands it out by payment hash. */
private class Invoices : PaymentsDb, OutgoingPaymentsDb by noOutgoingPayments {
    private val payments = mutableMapOf<ByteVector32, IncomingPayment>()

    override suspend fun addIncomingPayment(preimage: ByteVector32, origin: IncomingPayment.Origin, createdAt: Long) =
        IncomingPayment(preimage, origin, null, createdAt).also { payments[it.paymentHash] = it }

    override suspend fun getIncomingPayment(paymentHash: ByteVector32) = payments[paymentHash]

    override suspend fun receivePayment(paymentHash: ByteVector32, receivedWith: List<IncomingPayment.ReceivedWith>, receivedAt: Long) {
        val payment = payments[paymentHash] ?: return
        val parts = (payment.received?.receivedWith ?: listOf()) + receivedWith
        payments[paymentHash] = payment.copy(received = IncomingPayment.Received(parts, receivedAt))
    }

    override suspend fun listExpiredPayments(fromCreatedAt: Long, toCreatedAt: Long) = error("not asked")
    override suspend fun removeIncomingPayment(paymentHash: ByteVector32) = error("not asked")
    override suspend fun setLocked(txId: TxId) = error("not asked")
}
