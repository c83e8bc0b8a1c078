package io.gatehouse.jetty.wake;

import io.gatehouse.jetty.JavaInNamespace;
import io.gatehouse.testkit.process.RequiredTools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine behind a network cable that a broadcast wakes: {@link WakeInNamespace}. */
@Timeout(90)
class WakeInNamespaceTest {
    @Test
    void aMachineInItsOwnNetworkIsStartedByThePacket(@TempDir Path folder) throws Exception {
        RequiredTools.assume("unshare", "ip", "nft");
        new JavaInNamespace(List.of(), List.of("ip link set lo up; exec \"$@\""), List.of())
                .run(WakeInNamespace.class, folder.resolve("log"), Duration.ofSeconds(80));
    }
}
