package io.gatehouse.provider.local.pam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Counts what the C library has handed out, in a virtual machine that allocates next to nothing for itself. */
class PamMemoryTest {
    private static final List<String> QUIET = List.of("-Xint", "-XX:+UseSerialGC", "-Xmx64m");
    /** Bytes; every answer that were kept would count. */
    private static final String PASSWORD = "Canary-7".repeat(50);

    @Test
    void thousandsOfSignInsLeaveNothingBehind() throws Exception {
        try (PamServices services = new PamServices()) {
            services.withMatrix("matrix", "verbose", "alice:" + PASSWORD + ":matrix");
            assertThat(growth(services, "matrix", "Verified[")).isLessThan(64);

            services.withModule("accepting", "ask=1 ask=2 ask=4 twice=2 twice=1 expect=" + PASSWORD);
            assertThat(growth(services, "accepting", "Verified[")).isLessThan(64);

            services.withModule("refusing", "ask=1 twice=7");
            assertThat(growth(services, "refusing", "Refused[")).isLessThan(64);
        }
    }

    private static int growth(PamServices services, String service, String answer) throws Exception {
        List<String> lines = services.java(
                        List.of(),
                        MemoryProbe.class,
                        QUIET,
                        services.directory().toString(),
                        service,
                        PASSWORD)
                .runOrThrow(services.folder())
                .lines()
                .toList();
        assertThat(lines.get(lines.size() - 2)).startsWith(answer);
        return Integer.parseInt(lines.getLast());
    }
}
