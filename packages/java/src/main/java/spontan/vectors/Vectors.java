package spontan.vectors;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** The test vectors of Spontan for Lightning spontaneous payments. */
public final class Vectors {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private record Suite(List<Case> cases) {}

    private Vectors() {}

    /** The operations that have cases. */
    public static List<String> operations() {
        return List.of(read("operations.json", String[].class));
    }

    /** The cases of an operation, such as {@code tlv.decode}. */
    public static Stream<Case> cases(String operation) {
        if (!operations().contains(operation)) {
            throw new IllegalArgumentException("there are no cases of \"" + operation + "\"; the operations are "
                    + String.join(", ", operations()));
        }
        return read("suites/" + operation + ".json", Suite.class).cases().stream();
    }

    private static <T> T read(String name, Class<T> type) {
        try (InputStream resource = Vectors.class.getResourceAsStream(name)) {
            return MAPPER.readValue(resource, type);
        } catch (IOException error) {
            throw new UncheckedIOException(name, error);
        }
    }
}
