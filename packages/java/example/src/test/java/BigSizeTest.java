import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import fr.acinq.bitcoin.io.ByteArrayInput;
import fr.acinq.lightning.wire.LightningCodecs;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import spontan.vectors.Case;
import spontan.vectors.Vectors;

class BigSizeTest {
    static Stream<Case> cases() {
        return Vectors.cases("bigsize.decode");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bigSize(Case given) {
        byte[] bytes = HexFormat.of().parseHex(given.input().get("bytes").textValue());
        ByteArrayInput stream = new ByteArrayInput(bytes);
        var accept = given.expect().get(0).accept();
        if (accept == null) {
            assertThrows(IllegalArgumentException.class, () -> LightningCodecs.bigSize(stream));
        } else {
            assertEquals(accept.get("value").textValue(), Long.toUnsignedString(LightningCodecs.bigSize(stream)));
            assertEquals(accept.get("length").intValue(), bytes.length - stream.getAvailableBytes());
        }
    }
}
