package io.gatehouse.core.audit;

import io.gatehouse.api.Secret;
import io.gatehouse.core.text.Parsed;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what is sent to a webhook, as the Standard Webhooks specification has it: HMAC-SHA256 over the id of the
 * message, the time and the body, with dots between them. Who receives it can tell that the gateway sent it, that
 * nobody changed it, and by the time that nobody recorded it long ago. Immutable.
 */
public final class WebhookSignature {
    private static final String ALGORITHM = "HmacSHA256";
    /** Before a secret that is written in base64, as libraries for Standard Webhooks expect it. */
    private static final String BASE64_MARK = "whsec_";

    private static final int SHORTEST = 16;

    private final SecretKeySpec key;

    private WebhookSignature(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** Signs with {@code secret}: its bytes, or after {@code whsec_} what they are the base64 of. */
    public static Parsed<WebhookSignature> with(Secret secret) {
        byte[] bytes = secret.bytes();
        byte[] mark = BASE64_MARK.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length >= mark.length && Arrays.equals(bytes, 0, mark.length, mark, 0, mark.length)) {
            try {
                bytes = Base64.getDecoder().decode(Arrays.copyOfRange(bytes, mark.length, bytes.length));
            } catch (IllegalArgumentException _) {
                return Parsed.faulty("no base64 after " + BASE64_MARK);
            }
        }
        return bytes.length < SHORTEST
                ? Parsed.faulty("secret of " + bytes.length + " bytes (expected at least " + SHORTEST + ")")
                : Parsed.valid(new WebhookSignature(bytes));
    }

    /** The headers of a message that is sent at {@code time}. */
    public SequencedMap<String, String> headers(String id, Instant time, byte[] body) {
        String second = String.valueOf(time.getEpochSecond());
        SequencedMap<String, String> headers = new LinkedHashMap<>();
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", second);
        headers.put(
                "webhook-signature", "v1," + Base64.getEncoder().encodeToString(hmac(id + "." + second + ".", body)));
        return headers;
    }

    private byte[] hmac(String before, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(before.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
        }
    }
}
