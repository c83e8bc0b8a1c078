package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.ServerNames;
import io.gatehouse.jetty.TestCertificate;
import io.gatehouse.testkit.provider.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TlsIdentityTest {
    private static final ChannelBinding STOLEN = binding(1);
    private static final ChannelBinding NEW = binding(2);

    private static ChannelBinding binding(int number) {
        return ChannelBinding.tlsServerEndPoint(new byte[] {(byte) number});
    }

    private static TlsIdentity behind(ChannelBinding proxy) {
        return new TlsIdentity(
                new ServerTls(Optional.empty(), Optional.empty()),
                List.of(TestCertificate.shared().certificate()),
                List.of(binding(0)),
                List.of(proxy),
                List.of(),
                ServerNames.NONE);
    }

    /** Its key may be the reason why it was replaced: NTLM could be relayed through it. */
    @Test
    void theCertificateThatAProxyShowedBeforeIsRightForSomeHoursOnly() throws Exception {
        TestClock clock = new TestClock();
        AtomicReference<ChannelBinding> shown = new AtomicReference<>(STOLEN);
        ServerCertificate certificate = ServerCertificate.open(
                "[[listener]]",
                ServerCertificate.Source.of(
                        () -> shown.get().equals(STOLEN) ? "old" : "new", () -> behind(shown.get())),
                clock);
        shown.set(NEW);
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.REPLACED);
        assertThat(certificate.current().acceptedBindings()).containsExactlyInAnyOrder(binding(0), NEW, STOLEN);

        clock.advance(Duration.ofHours(11));
        certificate.look();
        assertThat(certificate.current().acceptedBindings()).contains(STOLEN);
        clock.advance(Duration.ofHours(1));
        certificate.look();
        assertThat(certificate.current().acceptedBindings()).containsExactlyInAnyOrder(binding(0), NEW);
    }
}
