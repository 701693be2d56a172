// Blinded routes (BOLT 4): the recipient's side is `Sphinx.RouteBlinding.create`, that of a node on the route
// `RouteBlindingEncryptedDataCodecs.decode`.

import fr.acinq.bitcoin.scalacompat.Crypto.{PrivateKey, PublicKey}
import fr.acinq.eclair.crypto.Sphinx.RouteBlinding
import fr.acinq.eclair.wire.protocol.RouteBlindingEncryptedDataCodecs
import org.json4s.JsonDSL._

object Blinded {
  def create(input: Input): Answer = {
    val hops = input.list("hops")
    val (nodeIds, data) = (hops.map(hop => PublicKey(hop.bytes("public_key"))), hops.map(_.bytes("recipient_data")))
    val route = RouteBlinding.create(PrivateKey(input.bytes("session_key")), nodeIds, data).route
    Answer.Accept(("first_path_key" -> route.firstPathKey.value.toHex) ~ ("hops" -> route.blindedHops.map(hop =>
      ("blinded_node_id" -> hop.blindedPublicKey.value.toHex) ~ ("encrypted_recipient_data" -> hop.encryptedPayload.toHex))))
  }

  /** Eclair's verdict and the next path key are `decode`'s, which gives records: their bytes are those that it has decrypted. */
  def unblind(input: Input): Answer = {
    val (node, pathKey, data) = (PrivateKey(input.bytes("node_secret")), PublicKey(input.bytes("path_key")), input.bytes("encrypted_recipient_data"))
    RouteBlindingEncryptedDataCodecs.decode(node, pathKey, data) match {
      case Right(decoded) =>
        val (decrypted, _) = RouteBlinding.decryptPayload(node, pathKey, data).get
        Answer.Accept(("blinded_secret" -> RouteBlinding.derivePrivateKey(node, pathKey).value.toHex) ~
          ("recipient_data" -> decrypted.toHex) ~ ("next_path_key" -> decoded.nextPathKey.value.toHex))
      case Left(invalid) => Answer.Reject("reason" -> invalid.message)
    }
  }
}
