package io.gatehouse.provider.kerberos;

import io.gatehouse.testkit.directory.KerberosClient;
import io.gatehouse.testkit.directory.TestAccount;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.kerby.kerberos.kerb.server.KdcConfigKey;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;
import org.apache.kerby.util.NetworkUtil;

/**
 * A Kerberos realm of Apache Kerby's KDC, in this process, on 127.0.0.1 and a port of the system's choice, TCP only.
 */
final class KerbyKdc implements AutoCloseable {
    static final String REALM = "KERBY.TEST";
    static final TestAccount ALICE = new TestAccount("alice", "Alice.Passw0rd");
    static final String SERVICE = "HTTP/gw.kerby.test";
    static final String OTHER_SERVICE = "HTTP/other.kerby.test";

    private final SimpleKdcServer kdc;
    private final TestFolder folder;
    private final Path krb5Conf;
    private final Path hosts;

    private KerbyKdc(SimpleKdcServer kdc, TestFolder folder) {
        this.kdc = kdc;
        this.folder = folder;
        this.krb5Conf = folder.write(
                "kerby-krb5.conf", """
                [libdefaults]
                default_realm = %1$s
                dns_lookup_kdc = false
                dns_lookup_realm = false
                dns_canonicalize_hostname = false
                rdns = false
                udp_preference_limit = 1
                [realms]
                %1$s = {
                  kdc = 127.0.0.1:%2$d
                }
                [domain_realm]
                .kerby.test = %1$s
                """.formatted(REALM, kdc.getKdcSetting().getKdcTcpPort()));
        this.hosts = folder.write("kerby-hosts", "127.0.0.1 localhost gw.kerby.test other.kerby.test\n");
    }

    /** Starts a realm whose keys and tickets are of {@code encryptionTypes}, the wanted first. */
    static KerbyKdc start(TestFolder folder, String encryptionTypes) throws KrbException {
        SimpleKdcServer kdc = new SimpleKdcServer();
        kdc.setWorkDir(folder.freshFolder("kerby").toFile());
        kdc.setKdcRealm(REALM);
        kdc.setKdcHost("127.0.0.1");
        kdc.setKdcTcpPort(NetworkUtil.getServerPort());
        kdc.setAllowUdp(false);
        kdc.getKdcConfig().setString(KdcConfigKey.ENCRYPTION_TYPES, encryptionTypes);
        kdc.init();
        kdc.createPrincipal(ALICE.name(), ALICE.password());
        kdc.createPrincipals(SERVICE, OTHER_SERVICE);
        kdc.start();
        return new KerbyKdc(kdc, folder);
    }

    KerberosClient client() {
        return new KerberosClient(folder, krb5Conf, hosts, Duration.ZERO);
    }

    /** A new keytab of one service. */
    Path keytab(String service) throws KrbException, IOException {
        Path file = folder.fresh("kerby.keytab");
        kdc.exportPrincipal(service, file.toFile());
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Override
    public void close() throws KrbException {
        kdc.stop();
    }
}
