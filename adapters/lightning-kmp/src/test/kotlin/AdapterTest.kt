// The adapter line by line, on values that BOLT 1 and BOLT 4 publish.

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

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
}
