package io.gatehouse.jetty.edge;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.ServerNames;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 * @param formerBindings of those that they showed before
 * @param names under which clients may know the server
 */
record TlsIdentity(
        ServerTls tls,
        List<X509Certificate> chain,
        List<ChannelBinding> channelBindings,
        List<ChannelBinding> proxyBindings,
        List<Former> formerBindings,
        ServerNames names) {
    private static final int MOST_FORMER_BINDINGS = 32;
    /** How long clients may stay connected to a proxy by the certificate that it showed before. */
    private static final Duration FORMER_LIFE = Duration.ofHours(12);

    /** The binding of a certificate that a proxy showed before, which is right until then. */
    record Former(ChannelBinding binding, Instant until) {}

    TlsIdentity {
        chain = List.copyOf(chain);
        channelBindings = List.copyOf(channelBindings);
        proxyBindings = List.copyOf(proxyBindings);
        formerBindings = List.copyOf(formerBindings);
    }

    /** The one that clients see. */
    X509Certificate certificate() {
        return chain.getFirst();
    }

    /** The bindings that are right for a connection: to the gateway itself, or to a proxy in front of it. */
    List<ChannelBinding> acceptedBindings() {
        Set<ChannelBinding> all = new LinkedHashSet<>(channelBindings);
        all.addAll(proxyBindings);
        formerBindings.forEach(former -> all.add(former.binding()));
        return List.copyOf(all);
    }

    /**
     * The same, and what proxies showed before is right for some hours, too: clients may still be connected to them.
     * Not for longer, since the certificate may have been replaced because its key was stolen.
     */
    TlsIdentity after(TlsIdentity before, Instant now) {
        List<Former> former = new ArrayList<>();
        before.proxyBindings().stream()
                .filter(binding -> !proxyBindings.contains(binding))
                .forEach(binding -> former.add(new Former(binding, now.plus(FORMER_LIFE))));
        before.formerBindings().stream()
                .filter(each -> !proxyBindings.contains(each.binding()))
                .forEach(former::add);
        return with(former.stream().limit(MOST_FORMER_BINDINGS).toList()).at(now);
    }

    /** Without the bindings of certificates that were replaced long ago. */
    TlsIdentity at(Instant now) {
        List<Former> right = formerBindings.stream()
                .filter(former -> now.isBefore(former.until()))
                .toList();
        return right.size() == formerBindings.size() ? this : with(right);
    }

    private TlsIdentity with(List<Former> former) {
        return new TlsIdentity(tls, chain, channelBindings, proxyBindings, former, names);
    }
}
