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
 * @param url {@code "https://…"}, or {@code "http://…"} with a loopback address. The gateway asks no other URL, and
 *     does not follow redirects
 * @param secretFile the file with the secret that <a href="webhooks.md#check-the-signature">signs messages</a>, at
 *     least 16 bytes, <a href="configuration.md#notation">closed to others</a>. Text that begins with {@code whsec_} is
 *     base64, as libraries for Standard Webhooks expect it
 * @param events the <a href="webhooks.md#events">events</a> that are sent: {@code ["session.start", "block"]}
 * @param ca PEM file of the authorities that issue the certificate of the receiver, which must have the host name in
 *     {@code url}. Default: those of the Java runtime.
 * @param timeout for one attempt, from the connection to the answer
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
