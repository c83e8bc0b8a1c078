package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Finding;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.wake.MacAddress;
import io.gatehouse.core.wake.MagicPacket;
import io.gatehouse.core.wake.WakeAddress;
import io.gatehouse.core.wake.WakeCommand;
import io.gatehouse.core.wake.Wakeable;
import io.gatehouse.dist.doctor.WakeExamination;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the doctor says about waking desktops on this machine. */
class WakeExaminationTest {
    private static List<Finding> findings(Optional<String> address, String program) {
        Optional<MagicPacket> packet = address.map(text -> {
            if (!(WakeAddress.parse(text) instanceof Parsed.Valid<WakeAddress>(WakeAddress to))) {
                throw new AssertionError(text);
            }
            return new MagicPacket(to, new MacAddress("00:11:22:33:44:55"), Optional.empty());
        });
        return new WakeExamination(new Wakeable(
                        "pc",
                        new PersonalHost("pc"),
                        3389,
                        packet,
                        Optional.of(new WakeCommand(List.of(program), Duration.ofSeconds(1))),
                        Duration.ofSeconds(5)))
                .examine();
    }

    @Test
    void aProgramThatCannotBeRunIsAFault() {
        assertThat(findings(Optional.empty(), "/bin/true")).isEmpty();
        assertThat(findings(Optional.empty(), "/nowhere/program"))
                .extracting(Finding::code)
                .containsExactly("wake.command");
        assertThat(findings(Optional.empty(), "/etc/passwd"))
                .extracting(Finding::code)
                .containsExactly("wake.command");
    }

    /** Without the name of an interface, the system tells no route to it, but it sends. */
    @Test
    void aMulticastAddressOfALinkIsNoted() {
        assertThat(findings(Optional.of("ff02::1"), "/bin/true"))
                .extracting(Finding::code)
                .containsExactly("wake.one-link");
    }

    /** The loopback interface has a route, and no broadcast address. */
    @Test
    void anAddressOfNoNetworkOfThisMachineIsNoted() {
        assertThat(findings(Optional.of("127.255.255.255"), "/bin/true"))
                .extracting(Finding::code)
                .containsExactly("wake.other-network");
    }
}
