package io.gatehouse.jetty.audit;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.core.audit.WebhookSignature;
import io.gatehouse.core.config.WebhookConfig;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.TlsTrust;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/**
 * A webhook whose files were read.
 *
 * @param signature signs what is sent
 * @param trusted tells which servers are believed
 */
record Webhook(WebhookConfig config, WebhookSignature signature, SSLContext trusted) {
    private static final int LARGEST_SECRET = 4096;

    /**
     * Reads the files of {@code config}.
     *
     * @throws GatewayStartException when one of them cannot be used
     */
    static Webhook open(WebhookConfig config) throws GatewayStartException {
        return new Webhook(config, signature(config.secretFile()), TlsTrust.of("[[webhook]]", config.ca()));
    }

    private static WebhookSignature signature(Path file) throws GatewayStartException {
        try {
            byte[] content = SecretFile.read(file, "webhook secret", LARGEST_SECRET);
            Secret secret = Secret.ofText(new String(content, StandardCharsets.UTF_8).strip());
            return switch (WebhookSignature.with(secret)) {
                case Parsed.Valid<WebhookSignature>(WebhookSignature signature) -> signature;
                case Parsed.Faulty<WebhookSignature>(String problem) ->
                    throw new GatewayStartException("[[webhook]] secret-file " + file + ": " + problem);
            };
        } catch (ProviderException e) {
            throw new GatewayStartException("[[webhook]] secret-file: " + e.getMessage(), e);
        }
    }
}
