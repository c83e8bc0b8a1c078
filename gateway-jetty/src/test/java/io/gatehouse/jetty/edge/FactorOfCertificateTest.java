package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.CertificateMechanism;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.api.WebRequest;
import io.gatehouse.core.audit.AuditEvent;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A certificate counts beside what is surely another factor. */
class FactorOfCertificateTest {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");

    private static Set<Proof> proofsOf(String method) {
        CertificateMechanism accepting = new CertificateMechanism() {
            @Override
            public String name() {
                return "certificate";
            }

            @Override
            public List<X509Certificate> authorities() {
                return List.of();
            }

            @Override
            public boolean signsIn() {
                return true;
            }

            @Override
            public List<X509Certificate> certificates(WebRequest request) {
                return List.of();
            }

            @Override
            public Outcome judge(List<X509Certificate> chain) {
                return Outcome.Accepted.of(alice("certificate"));
            }

            @Override
            public Optional<Outcome> assess(WebRequest request) {
                return Optional.of(judge(List.of()));
            }
        };
        ClientCertificates certificates = new ClientCertificates(List.of(accepting), Domains.NONE, _ -> {});
        return certificates
                .confirmed(
                        alice(method),
                        new WebRequest(new Peer(CLIENT, true, false, List.of()), CLIENT, false, Map.of(), Map.of()),
                        new AuditEvent.Origin("1", CLIENT, Optional.empty(), "http"))
                .proofs();
    }

    private static Identity alice(String method) {
        return new Identity("test", method, "alice", Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ntlm", "basic"})
    void besidePasswordItIsTheSecond(String method) {
        assertThat(proofsOf(method)).containsExactly(Proof.MULTI_FACTOR);
    }

    /** A smart card that got the ticket (PKINIT) is the one that the browser shows: one factor, shown twice. */
    @Test
    void besideTicketItMayBeTheSameFactor() {
        assertThat(proofsOf("kerberos")).isEmpty();
    }
}
