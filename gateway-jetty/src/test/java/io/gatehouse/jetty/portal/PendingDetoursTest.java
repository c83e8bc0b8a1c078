package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Secret;
import io.gatehouse.jetty.portal.PendingDetours.Detour;
import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PendingDetoursTest {
    private static final InetAddress ALICE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress MALLORY = InetAddress.ofLiteral("192.0.2.66");

    private final PendingDetours pending = new PendingDetours(() -> 0);

    private void keep(InetAddress client, String browser, String state) {
        Detour detour = new Detour(Secret.ofText(state), "/desktops");
        pending.keep(client, browser, "idp", URI.create("https://idp.test/?state=" + state), detour);
    }

    /** Whoever only begins sign-ins must not make others fail who are away to sign in. */
    @Test
    void oneClientCannotPushTheDetoursOfOthersOut() {
        for (int i = 0; i < 30_000; i++) {
            keep(MALLORY, "mallory" + i, "before");
        }
        keep(ALICE, "alice", "mine");
        for (int i = 0; i < 1000; i++) {
            keep(MALLORY, "mallory" + i, "after");
        }
        assertThat(pending.take("alice", "idp", Map.of("state", "mine"))).isPresent();
        assertThat(pending.take("alice", "idp", Map.of("state", "mine"))).isEmpty();
    }
}
