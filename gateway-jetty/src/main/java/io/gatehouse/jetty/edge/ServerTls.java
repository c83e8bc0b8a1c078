package io.gatehouse.jetty.edge;

import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.util.ssl.SslContextFactory;

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

    ServerTls() {
        setIncludeProtocols(VERSIONS);
        addExcludeCipherSuites(EXCLUDED);
        setRenegotiationAllowed(false);
    }

    @Override
    public SSLParameters customize(SSLParameters parameters) {
        SSLParameters customized = super.customize(parameters);
        customized.setNamedGroups(GROUPS);
        return customized;
    }
}
