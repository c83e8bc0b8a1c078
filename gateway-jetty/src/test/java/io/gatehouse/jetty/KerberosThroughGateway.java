package io.gatehouse.jetty;

import io.gatehouse.testkit.directory.KerberosClient;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.stream.Stream;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;

/** MIT's Kerberos on a machine that reaches no KDC but through a gateway. */
public final class KerberosThroughGateway {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String TLS_PLUGIN = "krb5/plugins/tls/k5tls.so";

    private KerberosThroughGateway() {}

    /** Lets the test go on only if libkrb5 can speak HTTPS. */
    public static void assume() {
        RequiredTools.assume("kinit", "kvno");
        RequiredTools.assumeFile(tlsPlugin(), "krb5-k5tls");
    }

    /** In the folder of whatever architecture this is. */
    private static Path tlsPlugin() {
        try (Stream<Path> folders = Files.list(LIBRARIES)) {
            return folders.map(folder -> folder.resolve(TLS_PLUGIN))
                    .filter(Files::exists)
                    .findFirst()
                    .orElse(LIBRARIES.resolve(TLS_PLUGIN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A machine that trusts the gateway's certificate. */
    public static KerberosClient client(TestFolder folder, TestGateway gateway, String realm, Path hosts)
            throws IOException {
        return client(folder, gateway, realm, hosts, TestCertificate.shared().certificate());
    }

    /** A machine that trusts {@code anchor}. */
    public static KerberosClient client(
            TestFolder folder, TestGateway gateway, String realm, Path hosts, X509Certificate anchor)
            throws IOException {
        StringWriter pem = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(pem)) {
            writer.writeObject(anchor);
        }
        Path anchors = folder.write("anchor.pem", pem.toString());
        Path krb5Conf =
                folder.write("krb5.conf", """
                [libdefaults]
                default_realm = %1$s
                dns_lookup_kdc = false
                dns_lookup_realm = false
                dns_canonicalize_hostname = false
                rdns = false
                [realms]
                %1$s = {
                  kdc = https://localhost:%2$d/KdcProxy
                  kpasswd_server = https://localhost:%2$d/KdcProxy
                  http_anchors = FILE:%3$s
                }
                """.formatted(realm, gateway.tls().getPort(), anchors));
        return new KerberosClient(folder, krb5Conf, hosts, Duration.ZERO);
    }
}
