package io.gatehouse.core.audit;

import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes an event as one line of JSON: the Elastic Common Schema's names as flat dotted keys. */
public final class AuditJson {
    private static final JsonFactory JSON =
            JsonFactory.builder().characterEscapes(new AuditEscapes()).build();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private AuditJson() {}

    /** {@code event}, which happened at {@code time}, without line end. */
    static String encode(AuditEvent event, Instant time) {
        return encode(AuditRecord.of(event, time));
    }

    /** The line of {@code audited}, without line end. */
    public static String encode(AuditRecord audited) {
        StringWriter line = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
            json.writeStartObject();
            json.writeStringProperty("@timestamp", time(audited.time()));
            audited.fields().forEach((name, value) -> {
                switch (value) {
                    case Long number -> json.writeNumberProperty(name, number);
                    case List<?> texts -> {
                        json.writeArrayPropertyStart(name);
                        texts.forEach(text -> json.writeString(String.valueOf(text)));
                        json.writeEndArray();
                    }
                    default -> json.writeStringProperty(name, String.valueOf(value));
                }
            });
            json.writeEndObject();
        }
        return line.toString();
    }

    /** In UTC, to the millisecond: RFC 3339, which RFC 5424 takes as well. */
    public static String time(Instant time) {
        return TIME.format(time);
    }

    /** Reads a line again; empty for one that is not whole. A list of texts is left out. */
    public static Optional<AuditRecord> decode(String line) {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        Instant time = Instant.EPOCH;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                switch (json.nextToken()) {
                    case VALUE_STRING -> fields.put(name, json.getString());
                    case VALUE_NUMBER_INT -> fields.put(name, json.getLongValue());
                    default -> json.skipChildren();
                }
            }
            if (json.currentToken() != JsonToken.END_OBJECT) {
                return Optional.empty();
            }
            if (fields.remove("@timestamp") instanceof String written) {
                time = Instant.parse(written);
            }
            return Optional.of(new AuditRecord(time, fields));
        } catch (JacksonException | DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
