package spontan.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One input with what must come out. {@code codeLevel}, {@code dataLevel} and {@code twin} may be null.
 */
public record Case(
        String id,
        int revision,
        String about,
        String level,
        String codeLevel,
        String dataLevel,
        List<String> flags,
        List<String> spec,
        List<String> requirements,
        String twin,
        JsonNode input,
        List<Expectation> expect) {

    /** What must come out, with these policies: one of {@code accept} and {@code reject}, the other is null. */
    public record Expectation(Map<String, String> when, JsonNode accept, Rejection reject) {}

    /** The rejection that is wanted. {@code codes} and {@code data} are null where no failure is sent. */
    public record Rejection(String layer, String reason, List<String> codes, Map<String, String> data) {}

    /** What an implementation with these policies must answer; those that are not named have their default. */
    public Expectation expectation(Map<String, String> policies) {
        Optional<Expectation> found = expect.stream()
                .filter(one -> one.when().entrySet().stream()
                        .allMatch(wanted -> policies.getOrDefault(wanted.getKey(), wanted.getValue()).equals(wanted.getValue())))
                .findFirst();
        return found.orElseThrow(() -> new IllegalArgumentException(
                id + " has no expectation for " + policies + ": is a value misspelt?"));
    }

    /** The id, by which a test runner names the case. */
    @Override
    public String toString() {
        return id;
    }
}
