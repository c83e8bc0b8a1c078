package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.core.audit.WebhookEvent;
import io.gatehouse.core.audit.WebhookUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code [[webhook]]}: a URL that is told of events.
 *
 * @param url where
 * @param secretFile has the secret with which messages are signed
 * @param events of which it is told
 * @param ca PEM file of the authorities that the certificate of the server is checked against; those of the Java
 *     runtime when absent
 * @param timeout for one attempt
 */
public record WebhookConfig(
        WebhookUrl url,
        Path secretFile,

        @NotEmpty("expected at least one event, for example \"session.start\"")
        List<WebhookEvent> events,

        Optional<Path> ca,

        @ConfigDefault("10s") @Range(min = "1s", max = "60s")
        Duration timeout) {
    public WebhookConfig {
        events = List.copyOf(events);
    }
}
