package io.gatehouse.dist.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Finding;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketUnitExaminationTest {
    private static List<Finding> findings(List<String> shown, int port) {
        return new SocketUnitExamination(ServiceFacts.sockets(shown), List.of(new InetSocketAddress(port))).examine();
    }

    /** As systemctl of systemd 252 shows them. */
    @Test
    void theAddressOfTheUnitIsThatOfAListener() {
        List<String> unit = List.of("Listen=[::]:443 (Stream)", "ActiveState=inactive", "UnitFileState=enabled");
        assertThat(findings(unit, 443)).isEmpty();
        assertThat(findings(unit, 8443)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("service.socket");
            assertThat(finding.cause()).contains(":443", ":8443", "does not start");
        });
        assertThat(findings(List.of("Listen=192.0.2.1:443 (Stream)", "ActiveState=active"), 443))
                .hasSize(1);
    }

    /** The gateway takes one only. */
    @Test
    void twoAddressesAreOneTooMany() {
        assertThat(findings(
                        List.of(
                                "Listen=0.0.0.0:443 (Stream)",
                                "Listen=0.0.0.0:8443 (Stream)",
                                "ActiveState=active",
                                "UnitFileState=disabled"),
                        443))
                .hasSize(1);
    }

    @Test
    void aUnitThatIsOffListensNowhere() {
        assertThat(ServiceFacts.sockets(
                        List.of("Listen=[::]:443 (Stream)", "ActiveState=inactive", "UnitFileState=disabled")))
                .isEmpty();
        assertThat(ServiceFacts.sockets(List.of())).isEmpty();
    }
}
