package io.gatehouse.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Secret;
import io.gatehouse.core.text.Parsed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {
    private static String signed(String secret, String id, String body) {
        WebhookSignature signature =
                ((Parsed.Valid<WebhookSignature>) WebhookSignature.with(Secret.ofText(secret))).value();
        return signature
                .headers(id, Instant.ofEpochSecond(1_614_265_330), body.getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** The example of the specification of Standard Webhooks and its libraries. */
    @Test
    void itIsThatOfStandardWebhooks() {
        assertThat(signed(
                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        "{\"test\": 2432232314}"))
                .isEqualTo("{webhook-id=msg_p5jXN8AQM9LWM0D4loKWxJek, webhook-timestamp=1614265330, "
                        + "webhook-signature=v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=}");
    }

    @Test
    void timeIdBodyAndSecretCount() {
        assertThat(signed("0123456789abcdef", "a", "{}"))
                .isNotEqualTo(signed("0123456789abcdeg", "a", "{}"))
                .isNotEqualTo(signed("0123456789abcdef", "b", "{}"))
                .isNotEqualTo(signed("0123456789abcdef", "a", "{ }"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fifteen bytes..", "whsec_", "whsec_c2hvcnQ=", "whsec_***"})
    void aSecretThatCanBeGuessedOrIsNoneIsRefused(String secret) {
        assertThat(WebhookSignature.with(Secret.ofText(secret))).isInstanceOf(Parsed.Faulty.class);
    }
}
