package io.gatehouse.jetty;

import io.gatehouse.testkit.process.RequiredTools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The name of the gateway is the same whether DNS answers or not: {@link NameInNamespace}. */
@Timeout(120)
class NameInNamespaceTest {
    @Test
    void theNameOfTheMachineIsNotAskedFor(@TempDir Path folder) throws Exception {
        RequiredTools.assume("unshare", "hostname");
        new JavaInNamespace(List.of("--uts"), List.of("hostname nobody-knows-it && exec \"$@\""), List.of())
                .run(NameInNamespace.class, folder.resolve("log"), Duration.ofSeconds(100));
    }
}
