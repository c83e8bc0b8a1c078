package io.gatehouse.testkit.directory;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import javax.naming.ldap.Rdn;

/** Configuration and entries of {@link OpenLdap}. */
final class OpenLdapContent {
    static final String POLICY_DN = "cn=default,ou=policies," + OpenLdap.BASE_DN;

    private static final List<String> SCHEMAS = List.of("core", "cosine", "inetorgperson", "nis");
    private static final SecureRandom RANDOM = new SecureRandom();

    private OpenLdapContent() {}

    static String configuration(Path data, Path tls, Path authority, List<String> access) {
        StringBuilder text = new StringBuilder();
        SCHEMAS.forEach(
                each -> text.append("include /etc/ldap/schema/").append(each).append(".schema\n"));
        return text.append("""
                modulepath /usr/lib/ldap
                moduleload back_mdb
                moduleload memberof
                moduleload ppolicy
                TLSCACertificateFile %1$s
                TLSCertificateFile %2$s/server.pem
                TLSCertificateKeyFile %2$s/server.key
                database mdb
                suffix "%3$s"
                directory %4$s
                dbnosync
                rootdn "%5$s"
                rootpw %6$s
                index objectClass,uid,member,memberOf eq
                %8$s
                access to attrs=userPassword by self write by anonymous auth by * none
                access to * by users read by * none
                overlay memberof
                overlay ppolicy
                ppolicy_default "%7$s"
                ppolicy_use_lockout
                """.formatted(
                                authority,
                                tls,
                                OpenLdap.BASE_DN,
                                data,
                                OpenLdap.ADMINISTRATOR_DN,
                                OpenLdap.ADMINISTRATOR_PASSWORD,
                                POLICY_DN,
                                String.join("\n", access)))
                .toString();
    }

    static String dn(TestAccount account) {
        return "uid=" + Rdn.escapeValue(account.name()) + "," + OpenLdap.PEOPLE_DN;
    }

    static String ldif() {
        return String.join(
                "\n",
                tree(),
                person(OpenLdap.ALICE, 20001, "mail: alice@example.test\n"),
                person(OpenLdap.BOB, 20002),
                person(OpenLdap.UMLAUT, 20003),
                person(OpenLdap.SPECIAL, 20004),
                person(OpenLdap.LOCKED, 20005, "pwdAccountLockedTime: 000001010000Z\n"),
                person(OpenLdap.MUST_CHANGE, 20006, "pwdReset: TRUE\n"),
                person(OpenLdap.LOCKABLE, 20007),
                group("rdp-users", dn(OpenLdap.ALICE)),
                group("team", dn(OpenLdap.BOB)),
                group("rdp-admins", "cn=team," + OpenLdap.GROUPS_DN),
                """
                dn: cn=staff,%s
                objectClass: posixGroup
                gidNumber: 30001
                memberUid: alice
                """.formatted(OpenLdap.GROUPS_DN));
    }

    private static String tree() {
        return """
                dn: %1$s
                objectClass: dcObject
                objectClass: organization
                o: Example

                dn: %2$s
                objectClass: organizationalUnit

                dn: %3$s
                objectClass: organizationalUnit

                dn: ou=services,%1$s
                objectClass: organizationalUnit

                dn: ou=policies,%1$s
                objectClass: organizationalUnit

                dn: %4$s
                objectClass: organizationalRole
                objectClass: simpleSecurityObject
                userPassword: %5$s

                dn: %6$s
                objectClass: applicationProcess
                objectClass: pwdPolicy
                pwdAttribute: userPassword
                pwdLockout: TRUE
                pwdMaxFailure: 0
                pwdMustChange: TRUE
                """.formatted(
                        OpenLdap.BASE_DN,
                        OpenLdap.PEOPLE_DN,
                        OpenLdap.GROUPS_DN,
                        OpenLdap.SEARCHER_DN,
                        saltedSha1(OpenLdap.SEARCHER_PASSWORD),
                        POLICY_DN);
    }

    private static String person(TestAccount account, int number, String... more) {
        return """
                dn:: %s
                objectClass: inetOrgPerson
                objectClass: posixAccount
                uid:: %s
                cn:: %2$s
                sn:: %2$s
                uidNumber: %d
                gidNumber: 30001
                homeDirectory: /nonexistent
                userPassword: %s
                %s""".formatted(
                        base64(dn(account)),
                        base64(account.name()),
                        number,
                        saltedSha1(account.password()),
                        String.join("", more));
    }

    private static String group(String name, String memberDn) {
        return """
                dn: cn=%s,%s
                objectClass: groupOfNames
                member: %s
                """.formatted(name, OpenLdap.GROUPS_DN, memberDn);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 2307's {@code {SSHA}}, which is what many directories have. */
    private static String saltedSha1(String password) {
        byte[] salt = new byte[8];
        RANDOM.nextBytes(salt);
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(password.getBytes(StandardCharsets.UTF_8));
            byte[] hash = sha1.digest(salt);
            byte[] both = new byte[hash.length + salt.length];
            System.arraycopy(hash, 0, both, 0, hash.length);
            System.arraycopy(salt, 0, both, hash.length, salt.length);
            return "{SSHA}" + Base64.getEncoder().encodeToString(both);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
