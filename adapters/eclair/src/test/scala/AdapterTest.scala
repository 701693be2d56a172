// The adapter line by line, on values that BOLT 1 and BOLT 4 publish.

import org.json4s.JsonAST.{JInt, JString}
import org.json4s.{JValue, jvalue2monadic}
import org.json4s.jackson.JsonMethods.parse
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

class AdapterTest {
  private def ask(operation: String, input: String): JValue = {
    val answer = Main.reply(s"""{"type":"case","seq":7,"operation":"$operation","input":$input}""")
    assertEquals(JInt(7), answer \ "seq")
    answer
  }

  @Test def `the hello has the version of Eclair that the build pins`(): Unit = {
    val hello = Main.reply("""{"type":"hello","protocol":1,"runner":"test"}""")
    assertEquals(JString("0.13.0"), hello \ "implementation" \ "version")
  }

  @Test def `a published BigSize is read and the bytes behind it are left`(): Unit = {
    assertEquals(parse("""{"value":"253","length":3}"""), ask("bigsize.decode", """{"bytes":"fd00fd2a"}""") \ "accept")
    assertEquals(JString("18446744073709551615"), ask("bigsize.decode", """{"bytes":"ffffffffffffffffff"}""") \ "accept" \ "value")
  }

  @Test def `a refusal is in Eclair's words`(): Unit =
    assertEquals(JString("0: unknown even tlv type"), ask("tlv.decode", """{"namespace":"n2","stream":"0c00"}""") \ "reject" \ "reason")

  @Test def `the shared secret of the first hop of BOLT 4's published onion`(): Unit = {
    val input = s"""{"secret_key":"${"41" * 32}","public_key":"02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619"}"""
    val secret = "53eb63ea8a3fec3b3cd433b85cd62a4b145e1dda09391b348c4e1cd36a03ea66"
    assertEquals(JString(secret), ask("ecdh.shared_secret", input) \ "accept" \ "shared_secret")
  }

  @Test def `the payer's payload has the keysend record last and the node at its end claims with it`(): Unit = {
    val node = "034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa" // of the secret key 11…11
    val preimage = "2a" * 32
    val sent = ask("keysend.send", s"""{"session_key":"${"41" * 32}","preimage":"$preimage","custom_records":[],
      "hops":[{"public_key":"$node","amt_to_forward":"100000","outgoing_cltv_value":800144}]}""") \ "accept"
    assertEquals(JString(s"02030186a004030c3590ff0000000146c6616c20$preimage"), sent \ "final_payload")
    val Seq(hash, packet) = Seq("payment_hash", "packet").map(field => (sent \ field).asInstanceOf[JString].s)
    val htlc = s"""{"amount_msat":"100000","cltv_expiry":800144,"payment_hash":"$hash","packet":"$packet"}"""
    val got = ask("keysend.receive", s"""{"node_secret":"${"11" * 32}","height":800000,"htlc":$htlc,
      "settings":{"keysend":"accept","shared_secret":"off","min_final_cltv_expiry_delta":18}}""")
    assertEquals(parse(s"""{"outcome":"claimed","preimage":"$preimage"}"""), got \ "accept")
  }
}
