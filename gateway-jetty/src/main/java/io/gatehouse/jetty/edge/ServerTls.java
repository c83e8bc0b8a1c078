package io.gatehouse.jetty.edge;

import java.security.KeyStore;
import java.security.cert.CRL;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
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

    /**
     * TLS of a listener.
     *
     * @param authorities names the authorities whose certificates clients may show; empty to ask for no certificate
     */
    ServerTls(Optional<Supplier<List<X509Certificate>>> authorities) {
        this.authorities = authorities;
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
    public SSLParameters customize(SSLParameters parameters) {
        SSLParameters customized = super.customize(parameters);
        customized.setNamedGroups(GROUPS);
        return customized;
    }
}
