package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A gateway that finds an AOT cache beside its jars: its own, and one that does not fit. */
class AotCacheIT {
    private static final String WARNING = "the AOT cache is for another Java or other jars";

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @Test
    void aGatewayStartsWithItsCache() throws IOException {
        try (InstalledGateway gateway = InstalledGateway.startWithAotCache(folder)) {
            assertThat(gateway.log()).doesNotContain(WARNING);
            assertThat(Files.readString(Path.of("/proc", String.valueOf(gateway.pid()), "maps")))
                    .as("what the virtual machine has mapped")
                    .contains("lib/gatehouse.aot");
        }
    }

    @Test
    void aCacheThatDoesNotFitIsSaidSo() {
        try (InstalledGateway gateway = InstalledGateway.startWithForeignAotCache(folder)) {
            assertThat(gateway.log()).contains(WARNING);
        }
    }
}
