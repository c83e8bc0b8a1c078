package io.gatehouse.jetty.edge;

import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;

/**
 * The certificates that prove to an ACME server that the gateway has a name: {@code tls-alpn-01} of RFC 8737. They are
 * shown to clients that offer the protocol of the challenge and nothing else, and only while a challenge is open;
 * otherwise the handshake of such a client fails. Its connection carries nothing. Safe for use by many threads.
 */
public final class AlpnChallenges {
    /** Of a connection for a challenge. */
    static final String PROTOCOL = "acme-tls/1";

    /**
     * What answers a challenge.
     *
     * @param key RSA
     */
    record Answer(X509Certificate certificate, PrivateKey key) {}

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    /** The connections for challenges that there are now. */
    private final Set<SSLEngine> connections =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** There are none yet. */
    @Inject
    public AlpnChallenges() {}

    /**
     * Opens a challenge.
     *
     * @param name that is proved
     * @param key of the certificate, RSA
     */
    public void open(String name, X509Certificate certificate, PrivateKey key) {
        answers.put(name.toLowerCase(Locale.ROOT), new Answer(certificate, key));
    }

    /** Ends a challenge. */
    public void close(String name) {
        answers.remove(name.toLowerCase(Locale.ROOT));
    }

    /** What answers the challenge of a name; empty when there is none. */
    Optional<Answer> answer(String name) {
        return Optional.ofNullable(answers.get(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * Looks at the first bytes of a connection, before its TLS does.
     *
     * @return whether it is for a challenge
     */
    boolean takes(SSLEngine connection, ByteBuffer first) {
        if (!ClientHello.protocols(first).equals(List.of(PROTOCOL))) {
            return false;
        }
        connections.add(connection);
        return true;
    }

    /** Whether a connection is for a challenge. */
    boolean areOn(SSLEngine connection) {
        return connections.contains(connection);
    }
}
