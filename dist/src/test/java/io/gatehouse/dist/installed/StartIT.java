package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a gateway loads until it takes connections: each class costs time, and memory for as long as it runs. */
class StartIT {
    /** Red when another library is loaded whole; a start needs some 6,600 with accounts, tokens and the audit file. */
    private static final int MOST = 6_900;

    /** Parts of Java and of libraries that a start has no use for, by packages. Each was loaded once. */
    private static final List<String> UNUSED = List.of(
            // Java looks for a provider that the runtime does not have among all jars, and starts what it finds.
            "org.bouncycastle.jce.provider.",
            "org.bouncycastle.pqc.",
            "com.sun.org.apache.xerces.", // the log is set up without XML
            "com.sun.jmx.", // nobody asks a gateway by JMX
            "jdk.jfr.",
            "org.shredzone.acme4j.", // until a certificate is to be ordered
            "com.nimbusds.oauth2.", // until somebody signs in at an identity provider
            "org.apache.kerby.kerberos.");

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @Test
    void aStartLoadsWhatItUses() throws IOException {
        try (InstalledGateway gateway = InstalledGateway.startNotingClasses(folder)) {
            List<String> loaded = gateway.loadedClasses();
            assertThat(loaded).contains("io.gatehouse.jetty.Gateway").hasSizeLessThan(MOST);
            assertThat(loaded).noneMatch(name -> UNUSED.stream().anyMatch(name::startsWith));
        }
    }
}
