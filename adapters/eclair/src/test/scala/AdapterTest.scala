// The adapter line by line, on values that BOLT 1 and BOLT 4 publish.

import org.json4s.JsonAST.{JInt, JNothing, JString}
import org.json4s.{JValue, jvalue2monadic}
import org.json4s.jackson.JsonMethods.parse
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import java.nio.file.{Files, Path}

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

  private val published = parse(Files.readString(Path.of("../../tests/published/bolt4-returning.json")))
  private val secrets = Seq(
    "53eb63ea8a3fec3b3cd433b85cd62a4b145e1dda09391b348c4e1cd36a03ea66",
    "a6519e98832a0b179f62123b3567c106db99ee37bef036e783263602f3488fae",
    "3a6b412548762f0dbccce5c7ae7bb8147d1caf9b5471c34120b30bc9c04891cc",
    "21e13c2d7cfe7e18836df50872466117a295783ab8aab0e7ecc8c725503ad02d",
    "b5756b9b542727dbafc6765a49488b023a725d631af688fc031217e90770c328")
  private val nodes = Seq(
    "02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619",
    "0324653eac434488002cc06bbfb7f10fe18991e35f9fe4302dbea6d2353dc0ab1c",
    "027f31ebc5462c1fdce1b737ecff52d37d75dea43ce11c74d25aa297165faa2007",
    "032c0b7cf95324a07d05398b240174dc0c2be444d96b159aa6c7f7b1e668680991",
    "02edabbd16b41c8371b92ef2f04c1185b4f03b6dcd52ba9b78d9d7c89c8f221145")
  private def payer(rest: String): String = s"""{"session_key":"${"41" * 32}","public_keys":[${nodes.map(node => s""""$node"""").mkString(",")}],$rest}"""
  private def values(fields: JValue): Seq[String] = fields.children.map(text)
  private def text(field: JValue): String = field.asInstanceOf[JString].s

  @Test def `BOLT 4's published failure comes back from the last of five nodes`(): Unit = {
    val test = published \ "onion_error_test"
    val made = text(ask("failure.create", s"""{"shared_secret":"${secrets.last}","failure_message":"${text(test \ "message")}"}""") \ "accept" \ "packet")
    val packet = secrets.init.foldRight(made)((secret, packet) =>
      text(ask("failure.wrap", s"""{"shared_secret":"$secret","packet":"$packet"}""") \ "accept" \ "packet"))
    assertEquals(test \ "packet", JString(packet))
    assertEquals(parse("""{"hop":4,"failure_message":"2002","code":"2002"}"""), ask("failure.open", payer(s""""packet":"$packet"""")) \ "accept")
  }

  @Test def `a failure that Eclair would write otherwise is not made`(): Unit = {
    val answer = ask("failure.create", s"""{"shared_secret":"${secrets.head}","failure_message":"7fff01"}""")
    assertEquals(JString("Eclair writes this failure as 7fff"), answer \ "unsupported")
  }

  @Test def `BOLT 4's published hold times come back, of a failure and of a payment that succeeded`(): Unit =
    for (kind <- Seq("failure", "fulfilment")) {
      var packet = Option.when(kind == "failure")(text(published \ kind \ "clear"))
      var data = Option.empty[String]
      def fields: String = (data.map(data => s""""attribution_data":"$data"""") ++ packet.map(packet => s""""packet":"$packet"""")).mkString(",")
      for ((secret, hop) <- secrets.zipWithIndex.reverse) {
        val own = s""""shared_secret":"$secret","hold_time":${5 - hop}"""
        data = Some(text(ask("attribution.update", s"{${(own +: Seq(fields).filter(_.nonEmpty)).mkString(",")}}") \ "accept" \ "attribution_data"))
        packet = packet.map(packet => text(ask("failure.wrap", s"""{"shared_secret":"$secret","packet":"$packet"}""") \ "accept" \ "packet"))
        assertEquals(values(published \ kind \ "attribution_data")(hop), data.get)
      }
      val opened = ask("attribution.open", payer(fields)) \ "accept"
      assertEquals((parse("[5,4,3,2,1]"), JNothing), (opened \ "hold_times", opened \ "invalid_hop"))
    }

  @Test def `BOLT 4's published blinded routes are made and read`(): Unit = {
    val published = parse(Files.readString(Path.of("../../tests/published/bolt4-blinded.json")))
    for (route <- (published \ "routes").children) {
      val hops = (route \ "hops").children
      val given = hops.map(hop => s"""{"public_key":"${text(hop \ "node_id")}","recipient_data":"${text(hop \ "data")}"}""")
      val made = ask("blinded.create", s"""{"session_key":"${text(route \ "session_key")}","hops":[${given.mkString(",")}]}""") \ "accept"
      assertEquals(route \ "first_path_key", made \ "first_path_key")
      assertEquals(hops.map(hop => (hop \ "blinded_node_id", hop \ "encrypted")),
        (made \ "hops").children.map(hop => (hop \ "blinded_node_id", hop \ "encrypted_recipient_data")))
    }
    for (node <- (published \ "unblind").children) {
      val Seq(secret, pathKey, encrypted) = Seq("node_secret", "path_key", "encrypted").map(key => text(node \ key))
      val read = ask("blinded.unblind", s"""{"node_secret":"$secret","path_key":"$pathKey","encrypted_recipient_data":"$encrypted"}""") \ "accept"
      assertEquals(Seq("blinded_secret", "data", "next_path_key").map(node \ _), Seq("blinded_secret", "recipient_data", "next_path_key").map(read \ _))
    }
  }

  @Test def `bLIP 3's feature is announced and read`(): Unit = {
    assertEquals(JString("80000000028200"), ask("features.announce", """{"bits":[9,15,17,55]}""") \ "accept" \ "features")
    assertEquals(JString("optional"), ask("features.may_pay", """{"payment":"keysend","node_features":"80000000028200"}""") \ "accept" \ "keysend")
  }

  @Test def `an invoice with an even bit that Eclair does not know is not paid`(): Unit = {
    def pay(invoice: String): JValue = ask("features.may_pay", s"""{"payment":"invoice","node_features":"028200","invoice_features":"$invoice"}""")
    assertEquals(parse("""{"keysend":"absent"}"""), pay("08000000000000028200") \ "accept")
    assertEquals(JString("unsupported invoice features: 04000000000000028200"), pay("04000000000000028200") \ "reject" \ "reason")
  }
}
