package io.gatehouse.client;

import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;

/** How the client makes sure that it speaks to its gateway. */
public sealed interface Trust {
    /** No TLS at all, for a gateway behind a proxy that ends TLS. */
    record Plain() implements Trust {}

    /** TLS with the certificate authorities of the Java runtime; the certificate must be for the gateway's name. */
    record Authorities() implements Trust {}

    /** TLS of a context that decides about authorities; the certificate must be for the gateway's name. */
    record Verified(SSLContext context) implements Trust {}

    /** TLS with exactly this certificate, whatever name and dates it has. */
    record Pinned(X509Certificate certificate) implements Trust {}

    /** TLS of a context that clients share, so that they resume each other's sessions; it decides whom to trust. */
    record Shared(SSLContext context) implements Trust {}
}
