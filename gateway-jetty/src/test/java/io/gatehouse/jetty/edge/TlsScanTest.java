package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What sslscan finds at a listener: the TLS versions, ciphers and extensions that it offers. */
class TlsScanTest {
    private static final Pattern CIPHER =
            Pattern.compile("<cipher status=\"[a-z]+\" sslversion=\"([^\"]+)\"[^>]* cipher=\"([^\"]+)\"");

    private static final Pattern GROUP = Pattern.compile("<group sslversion=\"[^\"]+\"[^>]* name=\"([^\" ]+)");

    /** Beside the certificate, rsa.pem. */
    private static Path rsaKey(TestFolder folder) {
        Path key = folder.path().resolve("rsa.key");
        String certificate = folder.path().resolve("rsa.pem").toString();
        List<String> command =
                new ArrayList<>(List.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256"));
        command.addAll(List.of("-subj", "/CN=gw.test", "-addext", "subjectAltName=DNS:gw.test"));
        command.addAll(List.of("-days", "2", "-keyout", key.toString(), "-out", certificate));
        Command.of(command.toArray(String[]::new)).runOrThrow(folder);
        return key;
    }

    private static String scan(TestGateway gateway) {
        try (TestFolder folder = new TestFolder()) {
            return Command.of(
                            "sslscan",
                            "--xml=-",
                            "--show-sigs",
                            "127.0.0.1:" + gateway.tls().getPort())
                    .runOrThrow(folder);
        }
    }

    @Test
    void aListenerOffersNoWeakVersionCipherOrExtension() throws Exception {
        RequiredTools.assume("sslscan");
        try (TestFolder folder = new TestFolder()) {
            String another = """
                    [[listener]]
                    address = "127.0.0.1:0"
                    tls = { certificate = "%s", key = "%s" }
                    """.formatted(folder.path().resolve("rsa.pem"), rsaKey(folder));
            for (String listener : List.of("", another)) {
                try (TestGateway gateway = TestGateway.start(TestGateway.RULE + listener)) {
                    judge(scan(gateway), listener.isEmpty() ? "ECDSA" : "RSA");
                }
            }
        }
    }

    private static void judge(String report, String kind) {
        for (String old : List.of("type=\"ssl\" version=\"2\"", "type=\"ssl\" version=\"3\"")) {
            assertThat(report).contains("<protocol " + old + " enabled=\"0\"");
        }
        for (String version : List.of("1.0", "1.1")) {
            assertThat(report).contains("<protocol type=\"tls\" version=\"" + version + "\" enabled=\"0\"");
        }
        for (String version : List.of("1.2", "1.3")) {
            assertThat(report).contains("<protocol type=\"tls\" version=\"" + version + "\" enabled=\"1\"");
        }
        List<MatchResult> ciphers = CIPHER.matcher(report).results().toList();
        assertThat(ciphers).extracting(match -> match.group(1)).contains("TLSv1.2", "TLSv1.3");
        assertThat(ciphers)
                .extracting(match -> match.group(2))
                .as("forward secrecy and authenticated encryption")
                .allMatch(name -> name.startsWith("TLS_") || name.startsWith("ECDHE-" + kind + "-"))
                .allMatch(name -> name.contains("GCM") || name.contains("CHACHA20"));
        assertThat(GROUP.matcher(report).results())
                .extracting(match -> match.group(1))
                .as("groups of a key exchange that cost the server little")
                .isNotEmpty()
                .isSubsetOf("x25519", "secp256r1", "secp384r1");
        assertThat(report).contains("<renegotiation supported=\"0\"").doesNotContain("vulnerable=\"1\"");
    }
}
