import fr.acinq.bitcoin.io.ByteArrayInput
import fr.acinq.lightning.wire.LightningCodecs
import fr.acinq.secp256k1.Hex
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource
import spontan.vectors.Case
import spontan.vectors.Vectors

class BigSizeKotlinTest {
    companion object {
        @JvmStatic
        fun cases() = Vectors.cases("bigsize.decode")
    }

    @ParameterizedTest
    @MethodSource("cases")
    fun `a BigSize is read as BOLT 1 has it`(given: Case) {
        val bytes = ByteArrayInput(Hex.decode(given.input["bytes"].textValue()))
        val length = bytes.availableBytes
        val value = runCatching { LightningCodecs.bigSize(bytes) }.map { it.toULong().toString() }.getOrNull()
        val accept = given.expect.first().accept
        assertEquals(accept?.get("value")?.textValue(), value)
        if (accept != null) assertEquals(accept["length"].intValue(), length - bytes.availableBytes)
    }
}
