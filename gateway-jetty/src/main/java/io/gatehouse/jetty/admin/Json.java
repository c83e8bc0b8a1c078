package io.gatehouse.jetty.admin;

import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Writes answers, and reads the bodies of requests, which are flat objects. */
final class Json {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Json() {}

    /** An object with what {@code content} writes into it. */
    static String object(Consumer<JsonGenerator> content) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        }
        return text.toString();
    }

    /**
     * Reads an object of strings and booleans.
     *
     * @return the values by name, each a {@link String} or a {@link Boolean}
     * @throws ApiProblemException 400 when it is something else
     */
    static Map<String, Object> flat(byte[] body) throws ApiProblemException {
        Map<String, Object> values = new HashMap<>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new ApiProblemException(400, "the body is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                values.put(name, value(parser, name));
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw new ApiProblemException(400, "the body goes on after its JSON object");
            }
            return values;
        } catch (JacksonException e) {
            throw new ApiProblemException(400, "the body is not JSON: " + e.getOriginalMessage());
        }
    }

    private static Object value(JsonParser parser, String name) throws ApiProblemException {
        return switch (parser.nextToken()) {
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case null, default -> throw new ApiProblemException(400, "\"" + name + "\" (expected text, true or false)");
        };
    }
}
