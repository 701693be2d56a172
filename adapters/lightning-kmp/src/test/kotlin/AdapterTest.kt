// The adapter line by line, on values that BOLT 1 and BOLT 4 publish.

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import java.io.File

class AdapterTest {
    private fun ask(operation: String, input: String): JsonObject =
        reply("""{"type":"case","seq":7,"operation":"$operation","input":$input}""").also { assertEquals(7, it.int("seq")) }

    @Test
    fun `the hello names the version that the build pins`() {
        val hello = reply("""{"type":"hello","protocol":1,"runner":"test"}""")
        assertEquals("1.8.4", hello.getValue("implementation").jsonObject.text("version"))
    }

    @Test
    fun `a published BigSize is read and the bytes behind it are left`() {
        assertEquals("""{"value":"253","length":3}""", ask("bigsize.decode", """{"bytes":"fd00fd2a"}""").getValue("accept").toString())
        assertEquals("18446744073709551615", ask("bigsize.decode", """{"bytes":"ffffffffffffffffff"}""").getValue("accept").jsonObject.text("value"))
    }

    @Test
    fun `an exception of the library is a rejection in its words`() {
        val rejected = ask("tlv.decode", """{"namespace":"n2","stream":"0c00"}""").getValue("reject").jsonObject
        assertEquals("unknown even tag (12) ", rejected.getValue("reason").jsonPrimitive.content)
    }

    @Test
    fun `the shared secret of the first hop of BOLT 4's published onion`() {
        val input = """{"secret_key":"4141414141414141414141414141414141414141414141414141414141414141",""" +
            """"public_key":"02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619"}"""
        assertEquals(
            "53eb63ea8a3fec3b3cd433b85cd62a4b145e1dda09391b348c4e1cd36a03ea66",
            ask("ecdh.shared_secret", input).getValue("accept").jsonObject.text("shared_secret"),
        )
    }

    @Test
    fun `a packet with a known wrong version is refused with its code and the hash of all of it`() {
        val packet = "01" + "00".repeat(1365)
        val sha256 = java.security.MessageDigest.getInstance("SHA-256").digest(byteArrayOf(1) + ByteArray(1365))
        val rejected = ask("onion.peel", """{"node_secret":"${"41".repeat(32)}","packet":"$packet","associated_data":"${"00".repeat(32)}"}""")
            .getValue("reject").jsonObject
        assertEquals("c004", rejected.text("code"))
        assertEquals(sha256.joinToString("") { "%02x".format(it) }, rejected.text("data"))
    }

    private val secrets = listOf(
        "53eb63ea8a3fec3b3cd433b85cd62a4b145e1dda09391b348c4e1cd36a03ea66",
        "a6519e98832a0b179f62123b3567c106db99ee37bef036e783263602f3488fae",
        "3a6b412548762f0dbccce5c7ae7bb8147d1caf9b5471c34120b30bc9c04891cc",
        "21e13c2d7cfe7e18836df50872466117a295783ab8aab0e7ecc8c725503ad02d",
        "b5756b9b542727dbafc6765a49488b023a725d631af688fc031217e90770c328",
    )
    private val nodes = listOf(
        "02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619",
        "0324653eac434488002cc06bbfb7f10fe18991e35f9fe4302dbea6d2353dc0ab1c",
        "027f31ebc5462c1fdce1b737ecff52d37d75dea43ce11c74d25aa297165faa2007",
        "032c0b7cf95324a07d05398b240174dc0c2be444d96b159aa6c7f7b1e668680991",
        "02edabbd16b41c8371b92ef2f04c1185b4f03b6dcd52ba9b78d9d7c89c8f221145",
    )

    private fun packet(operation: String, input: String): String = ask(operation, input).getValue("accept").jsonObject.text("packet")

    @Test
    fun `BOLT 4's published failure comes back from the last of five nodes`() {
        val published = Json.parseToJsonElement(File("../../tests/published/bolt4-returning.json").readText()).jsonObject
            .getValue("onion_error_test").jsonObject
        val made = packet("failure.create", """{"shared_secret":"${secrets.last()}","failure_message":"${published.text("message")}"}""")
        val packet = secrets.dropLast(1).foldRight(made) { secret, packet ->
            packet("failure.wrap", """{"shared_secret":"$secret","packet":"$packet"}""")
        }
        assertEquals(published.text("packet"), packet)
        val route = nodes.joinToString(",") { "\"$it\"" }
        val opened = ask("failure.open", """{"session_key":"${"41".repeat(32)}","public_keys":[$route],"packet":"$packet"}""")
        assertEquals("""{"hop":4,"failure_message":"2002","code":"2002"}""", opened.getValue("accept").toString())
    }

    @Test
    fun `a failure that the library would write otherwise is not made`() {
        val answer = ask("failure.create", """{"shared_secret":"${secrets.last()}","failure_message":"7fff01"}""")
        assertEquals("the library writes this failure as 7fff", answer.text("unsupported"))
    }

    @Test
    fun `BOLT 4's published blinded routes are made and read`() {
        val published = Json.parseToJsonElement(File("../../tests/published/bolt4-blinded.json").readText()).jsonObject
        for (route in published.getValue("routes").jsonArray.map { it.jsonObject }) {
            val hops = route.getValue("hops").jsonArray.map { it.jsonObject }
            val given = hops.joinToString(",") { """{"public_key":"${it.text("node_id")}","recipient_data":"${it.text("data")}"}""" }
            val wanted = hops.joinToString(",") {
                """{"blinded_node_id":"${it.text("blinded_node_id")}","encrypted_recipient_data":"${it.text("encrypted")}"}"""
            }
            val made = ask("blinded.create", """{"session_key":"${route.text("session_key")}","hops":[$given]}""")
            assertEquals("""{"first_path_key":"${route.text("first_path_key")}","hops":[$wanted]}""", made.getValue("accept").toString())
        }
        for (node in published.getValue("unblind").jsonArray.map { it.jsonObject }) {
            val input = """{"node_secret":"${node.text("node_secret")}","path_key":"${node.text("path_key")}",""" +
                """"encrypted_recipient_data":"${node.text("encrypted")}"}"""
            val wanted = """{"blinded_secret":"${node.text("blinded_secret")}","recipient_data":"${node.text("data")}",""" +
                """"next_path_key":"${node.text("next_path_key")}"}"""
            assertEquals(wanted, ask("blinded.unblind", input).getValue("accept").toString())
        }
    }

    @Test
    fun `bLIP 3's feature is announced, known to the library or not`() {
        assertEquals("""{"features":"80000000028200"}""", ask("features.announce", """{"bits":[9,15,17,55]}""").getValue("accept").toString())
    }
}
