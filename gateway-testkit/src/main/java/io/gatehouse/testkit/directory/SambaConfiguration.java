package io.gatehouse.testkit.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The {@code smb.conf} of a {@link SambaDomain}, and the {@code krb5.conf} of its clients. */
final class SambaConfiguration {
    /** Where the RPC services of the domain controller listen, Netlogon among them; port 135 says so too. */
    static final int RPC_PORT = 49152;

    private SambaConfiguration() {}

    /** Writes {@code etc/smb.conf} of this tree. */
    static Path write(Path tree, String address) {
        try {
            return Files.writeString(tree.resolve("etc/smb.conf"), text(tree, address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path tree, String address) {
        return """
                [global]
                workgroup = %1$s
                realm = %2$s
                netbios name = %3$s
                server role = active directory domain controller
                server services = s3fs, rpc, ldap, cldap, kdc, winbindd, dns
                interfaces = %4$s/8
                bind interfaces only = yes
                disable netbios = yes
                private dir = %5$s/private
                state directory = %5$s/state
                cache directory = %5$s/cache
                lock directory = %5$s/lock
                pid directory = %5$s/run
                ncalrpc dir = %5$s/ncalrpc
                binddns dir = %5$s/bind-dns
                winbindd socket directory = %5$s/run/winbindd
                log file = %5$s/log/log.%%m
                log level = 1 auth:3 netlogon:3 auth_audit:3
                rpc server port = %6$d
                allow dns updates = disabled
                printing = bsd
                printcap name = /dev/null
                load printers = no
                template shell = /bin/false
                ldap server require strong auth = yes
                tls enabled = yes
                tls certfile = tls/server.pem
                tls keyfile = tls/server.key
                tls cafile = tls/authority.pem
                [sysvol]
                path = %5$s/state/sysvol
                read only = no
                [netlogon]
                path = %5$s/state/sysvol/%7$s/scripts
                read only = no
                """.formatted(
                        SambaDomain.NETBIOS_NAME,
                        SambaDomain.REALM,
                        SambaDomain.HOST.toUpperCase(Locale.ROOT),
                        address,
                        tree,
                        RPC_PORT,
                        SambaDomain.DNS_NAME);
    }

    static String krb5Conf(String address) {
        return """
                [libdefaults]
                default_realm = %1$s
                dns_lookup_kdc = false
                dns_lookup_realm = false
                dns_canonicalize_hostname = false
                rdns = false
                udp_preference_limit = 0
                [realms]
                %1$s = {
                  kdc = %2$s:88
                  admin_server = %2$s
                  kpasswd_server = %2$s:464
                }
                [domain_realm]
                .%3$s = %1$s
                %3$s = %1$s
                localhost = %1$s
                """.formatted(SambaDomain.REALM, address, SambaDomain.DNS_NAME);
    }
}
