package io.gatehouse.jetty.portal;

import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.formats.digest.Thumbprints;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** How files are opened on each system, and how their publisher is trusted. */
final class HelpPages {
    private final Renderer renderer;
    private final X509Certificate publisher;
    private final URI portal;

    HelpPages(Renderer renderer, X509Certificate publisher, URI portal) {
        this.renderer = renderer;
        this.publisher = publisher;
        this.portal = portal;
    }

    void show(PortalExchange exchange, PortalSession session) {
        String sha1 = Thumbprints.sha1(publisher);
        String sha256 = Thumbprints.sha256(publisher);
        String policy = """
                Windows Registry Editor Version 5.00

                [HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services]
                "TrustedCertThumbprints"="%s,%s"
                """.formatted(sha256, sha1);
        Views.Help view = new Views.Help(
                system(exchange.header("User-Agent").orElse("")),
                publisher.getSubjectX500Principal().getName(),
                sha1,
                sha256,
                policy,
                portal.toString());
        exchange.html(200, renderer.page(exchange, "help", "help.title", Optional.of(session), view));
    }

    void certificate(PortalExchange exchange) {
        try {
            exchange.setHeader("Content-Disposition", "attachment; filename=\"publisher.cer\"");
            exchange.send(200, "application/pkix-cert", publisher.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }

    /** Which help to open first. */
    private static String system(String agent) {
        if (agent.contains("Android")) {
            return "android";
        }
        if (agent.contains("iPhone") || agent.contains("iPad")) {
            return "ios";
        }
        if (agent.contains("Macintosh")) {
            return "macos";
        }
        return agent.contains("Windows") ? "windows" : "linux";
    }
}
