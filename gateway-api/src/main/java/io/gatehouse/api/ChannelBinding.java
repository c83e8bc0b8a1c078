package io.gatehouse.api;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * One acceptable value of the TLS channel binding of a connection: the application data of a GSS channel binding, that
 * is {@code tls-server-end-point:} followed by the hash of the server certificate (RFC 5929 section 4).
 *
 * @param applicationData the prefix and the hash as they enter the GSS structure
 */
public record ChannelBinding(Token applicationData) {
    private static final byte[] PREFIX = "tls-server-end-point:".getBytes(StandardCharsets.US_ASCII);

    public ChannelBinding {
        Objects.requireNonNull(applicationData);
    }

    /**
     * The {@code tls-server-end-point} binding of a certificate whose DER encoding hashes to {@code certificateHash}.
     */
    public static ChannelBinding tlsServerEndPoint(byte[] certificateHash) {
        byte[] data = new byte[PREFIX.length + certificateHash.length];
        System.arraycopy(PREFIX, 0, data, 0, PREFIX.length);
        System.arraycopy(certificateHash, 0, data, PREFIX.length, certificateHash.length);
        return new ChannelBinding(Token.of(data));
    }
}
