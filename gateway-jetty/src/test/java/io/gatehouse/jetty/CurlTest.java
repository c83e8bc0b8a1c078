package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gatehouse.jetty.transport.DualChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An HTTP client that other people wrote gets through the 401 rounds. */
@Timeout(60)
class CurlTest {
    private static final Path CURL = Path.of("/usr/bin/curl");
    private static final Path GSS_NTLMSSP = Path.of("/etc/gss/mech.d/mech.ntlmssp.conf");

    @TempDir
    private Path folder;

    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    /** Skips the test without {@code file}, visibly; where nothing may be skipped, fails it. */
    private static void need(Path file, String debianPackage) {
        boolean present = Files.exists(file);
        if ("true".equals(System.getenv("CI"))) {
            assertThat(present).as(debianPackage).isTrue();
        }
        assumeThat(present).as("Debian package " + debianPackage).isTrue();
    }

    private boolean hasSeed() throws IOException {
        Path body = folder.resolve("body");
        return Files.exists(body) && Files.size(body) >= DualChannel.seed().remaining();
    }

    /** The statuses of all answers. The OUT channel has no end, so curl is stopped when it has written the seed. */
    private List<String> statuses(Map<String, String> environment, String... options) throws Exception {
        Path headers = folder.resolve("headers");
        List<String> command =
                new ArrayList<>(List.of(CURL.toString(), "--silent", "--noproxy", "*", "--insecure", "--no-buffer"));
        command.addAll(List.of("--request", "RDG_OUT_DATA", "--header", "RDG-Connection-Id: " + RawHttp.ID));
        command.addAll(List.of(
                "--dump-header",
                headers.toString(),
                "--output",
                folder.resolve("body").toString()));
        command.addAll(List.of(options));
        command.add("https://localhost:" + gateway.tls().getPort() + RawHttp.PATH);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            Await.until("curl's end, or the seed", () -> !process.isAlive() || hasSeed());
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(headers, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith("HTTP/1.1 "))
                .map(line -> line.split(" ", -1)[1])
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"--ntlm, 401 200", "--basic, 200"})
    void curlSignsInAndGetsTheSeed(String option, String statuses) throws Exception {
        need(CURL, "curl");
        assertThat(String.join(" ", statuses(Map.of(), option, "--user", "alice:" + TestGateway.PASSWORD)))
                .isEqualTo(statuses);
        assertThat(folder.resolve("body")).hasBinaryContent(DualChannel.seed().array());
    }

    @ParameterizedTest
    @CsvSource({"--ntlm, 401 401", "--basic, 401"})
    void curlWithAWrongPasswordIsRefused(String option, String statuses) throws Exception {
        need(CURL, "curl");
        assertThat(String.join(" ", statuses(Map.of(), option, "--user", "alice:wrong")))
                .isEqualTo(statuses);
    }

    /** SPNEGO of MIT Kerberos with NTLM inside, by the GSS mechanism of gss-ntlmssp. */
    @Test
    void curlSignsInByNegotiateWithNtlmInside() throws Exception {
        need(CURL, "curl");
        need(GSS_NTLMSSP, "gss-ntlmssp");
        Path users = Files.writeString(folder.resolve("users"), "GW:alice:" + TestGateway.PASSWORD + "\n");
        Map<String, String> environment = new HashMap<>();
        environment.put("NTLM_USER_FILE", users.toString());
        environment.put(
                "KRB5_CONFIG",
                Files.writeString(folder.resolve("krb5.conf"), """
                        [libdefaults]
                        dns_lookup_kdc = false
                        dns_lookup_realm = false
                        dns_canonicalize_hostname = false
                        rdns = false
                        """).toString());
        assertThat(String.join(" ", statuses(environment, "--negotiate", "--user", ":")))
                .isEqualTo("401 200");
        assertThat(folder.resolve("body")).hasBinaryContent(DualChannel.seed().array());
    }
}
