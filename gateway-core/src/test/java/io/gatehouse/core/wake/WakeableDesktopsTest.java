package io.gatehouse.core.wake;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.PersonalHost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which desktop a target is, and for whom. */
class WakeableDesktopsTest {
    private static final WakeableDesktops DESKTOPS = new WakeableDesktops(List.of(
            desktop("office", "PC17.test", 3389),
            desktop("app", "pc17.test", 3389),
            desktop("other port", "pc17.test", 3390),
            desktop("own", "pc-{user}.test", 3389),
            desktop("own too", "{user}.{domain}.test", 3389),
            desktop("address", "2001:db8::1", 3389),
            desktop("shared", "pc-bob.test", 3389)));

    private static Wakeable desktop(String name, String host, int port) {
        return new Wakeable(
                name, new PersonalHost(host), port, Optional.empty(), Optional.empty(), Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @CsvSource({
        "alice, pc17.test, 3389, office",
        "alice, pc17.test, 3390, other port",
        "alice, pc17.test, 3391,",
        "alice, pc18.test, 3389,",
        "alice, pc-alice.test, 3389, own",
        "alice, pc-alice.test, 3390,",
        "carol, pc-alice.test, 3389,",
        "alice, alice.corp.test, 3389, own too",
        "alice, 2001:db8::1, 3389, address",
        "bob, pc-bob.test, 3389, shared",
        "carol, pc-bob.test, 3389, shared"
    })
    void aTargetIsTheDesktopOfItsHostAndPortForTheUser(String user, String host, int port, @Nullable String desktop) {
        Identity who =
                new Identity("ntlm", "ntlm", user, Optional.of("CORP"), Optional.empty(), Set.of(), Set.of(), Set.of());
        assertThat(DESKTOPS.find(who, new Target(host, port)).map(Wakeable::desktop))
                .isEqualTo(Optional.ofNullable(desktop));
    }
}
