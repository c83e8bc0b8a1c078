package io.gatehouse.jetty.edge;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.ServerNames;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a TLS server shows to clients that connect now. A renewed certificate replaces it as a whole. Each connection
 * keeps the one that it began with, since clients bind their sign-in to the certificate that they saw (RFC 5929).
 *
 * @param tls with the certificate and its key
 * @param chain of the certificate that clients see, which comes first
 * @param channelBindings of the certificate
 * @param proxyBindings of the certificates that reverse proxies show to clients
 * @param names under which clients may know the server
 */
record TlsIdentity(
        ServerTls tls,
        List<X509Certificate> chain,
        List<ChannelBinding> channelBindings,
        List<ChannelBinding> proxyBindings,
        ServerNames names) {
    private static final int MOST_PROXY_BINDINGS = 32;

    TlsIdentity {
        chain = List.copyOf(chain);
        channelBindings = List.copyOf(channelBindings);
        proxyBindings = List.copyOf(proxyBindings);
    }

    /** The one that clients see. */
    X509Certificate certificate() {
        return chain.getFirst();
    }

    /** The bindings that are right for a connection: to the gateway itself, or to a proxy in front of it. */
    List<ChannelBinding> acceptedBindings() {
        Set<ChannelBinding> all = new LinkedHashSet<>(channelBindings);
        all.addAll(proxyBindings);
        return List.copyOf(all);
    }

    /** The same, and what proxies showed before is right, too: clients may still be connected to them. */
    TlsIdentity after(TlsIdentity before) {
        Set<ChannelBinding> proxies = new LinkedHashSet<>(proxyBindings);
        proxies.addAll(before.proxyBindings());
        List<ChannelBinding> newest =
                proxies.stream().limit(MOST_PROXY_BINDINGS).toList();
        return new TlsIdentity(tls, chain, channelBindings, newest, names);
    }
}
