package spontan.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VectorsTest {
    @Test
    void everyCaseOfTheBundleIsHere() {
        List<Case> cases = Vectors.operations().stream().flatMap(Vectors::cases).toList();
        assertEquals(Integer.parseInt(System.getenv("SPONTAN_CASES")), cases.size());
        assertEquals(cases.size(), cases.stream().map(Case::id).collect(Collectors.toSet()).size());
        for (Case one : cases) {
            assertNotNull(one.level(), one.id());
            assertNotNull(one.expect().get(0).when(), one.id());
            assertTrue((one.expect().get(0).accept() == null) != (one.expect().get(0).reject() == null), one.id());
        }
    }

    @Test
    void policiesChooseTheExpectation() {
        Case found = Vectors.cases("keysend.receive")
                .filter(one -> one.id().equals("keysend.receive/even-custom-65536"))
                .findFirst()
                .orElseThrow();
        assertEquals(List.of("4016"), found.expectation(Map.of()).reject().codes());
        assertNotNull(found.expectation(Map.of("custom_even_records", "accept")).accept());
        var other = Map.of("custom_even_records", "other");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> found.expectation(other)).getMessage().contains("misspelt"));
    }

    @Test
    void whatIsMisspeltIsSaid() {
        var said = assertThrows(IllegalArgumentException.class, () -> Vectors.cases("bigsize")).getMessage();
        assertTrue(said.contains("bigsize.decode, bigsize.encode"), said);
    }
}
