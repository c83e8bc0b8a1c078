package io.gatehouse.jetty.edge;

import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.cert.CRL;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * What every listener offers: TLS 1.2 and 1.3, elliptic curves for the key exchange, and ciphers that authenticate what
 * they encrypt. Clients choose the group of a key exchange, and one with an 8192-bit prime costs the server a hundred
 * times as much as a curve (CVE-2002-20001), so there are none.
 */
final class ServerTls extends SslContextFactory.Server {
    private static final String[] VERSIONS = {"TLSv1.2", "TLSv1.3"};
    /** Beside what Jetty excludes. */
    private static final String[] EXCLUDED = {"^.*_CBC_.*$", "^TLS_DHE_.*$"};

    private static final String[] GROUPS = {"x25519", "secp256r1", "secp384r1"};

    private final Optional<Supplier<List<X509Certificate>>> authorities;
    private final Optional<AlpnChallenges> challenges;

    /**
     * TLS of a listener.
     *
     * @param authorities names the authorities whose certificates clients may show; empty to ask for no certificate
     * @param challenges of an ACME server that it answers
     */
    ServerTls(Optional<Supplier<List<X509Certificate>>> authorities, Optional<AlpnChallenges> challenges) {
        this.authorities = authorities;
        this.challenges = challenges;
        setWantClientAuth(authorities.isPresent());
        setIncludeProtocols(VERSIONS);
        addExcludeCipherSuites(EXCLUDED);
        setRenegotiationAllowed(false);
    }

    @Override
    protected TrustManager[] getTrustManagers(
            @Nullable KeyStore trustStore, @Nullable Collection<? extends CRL> revoked) throws Exception {
        return authorities.isPresent()
                ? new TrustManager[] {new LaterJudgement(authorities.get())}
                : super.getTrustManagers(trustStore, revoked);
    }

    @Override
    protected KeyManager[] getKeyManagers(KeyStore keyStore) throws Exception {
        KeyManager[] managers = super.getKeyManagers(keyStore);
        if (challenges.isPresent()) {
            for (int i = 0; i < managers.length; i++) {
                if (managers[i] instanceof X509ExtendedKeyManager keys) {
                    managers[i] = new ChallengeKeys(keys, challenges.get());
                }
            }
        }
        return managers;
    }

    /**
     * Whether a connection is for a challenge, by its first bytes.
     *
     * @param first what TLS has not read yet
     */
    boolean isForChallenge(SSLEngine connection, ByteBuffer first) {
        return challenges.isPresent() && challenges.get().takes(connection, first);
    }

    /**
     * No protocol is chosen but that of challenges: others are not asked for it. A client that wants a challenge and
     * was not seen to, since its greeting came in pieces, gets no connection at all (RFC 8737 section 3).
     */
    @Override
    public void customize(SSLEngine engine) {
        super.customize(engine);
        challenges.ifPresent(open -> engine.setHandshakeApplicationProtocolSelector(
                (connection, offered) -> protocol(open.areOn(connection), offered)));
    }

    private static @Nullable String protocol(boolean isForChallenge, List<String> offered) {
        if (isForChallenge) {
            return AlpnChallenges.PROTOCOL;
        }
        return offered.equals(List.of(AlpnChallenges.PROTOCOL)) ? null : "";
    }

    @Override
    public SSLParameters customize(SSLParameters parameters) {
        SSLParameters customized = super.customize(parameters);
        customized.setNamedGroups(GROUPS);
        return customized;
    }
}
