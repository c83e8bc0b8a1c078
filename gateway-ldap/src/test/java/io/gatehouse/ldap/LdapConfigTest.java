package io.gatehouse.ldap;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Domains;
import io.gatehouse.api.ProviderException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LdapConfigTest {
    private static final LdapConfig GOOD = new LdapConfig(
            List.of("ldaps://dc1.corp.test"),
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "dc=corp,dc=test",
            LdapConfig.Schema.POSIX,
            Optional.empty(),
            Optional.empty(),
            true,
            Optional.empty(),
            Tables.TIMEOUT,
            4);

    @Test
    void goodConfigurationOpensWithoutAServer() throws Exception {
        LdapDirectory.open(GOOD, Domains.NONE, Clock.systemUTC()).close();
    }

    @ParameterizedTest
    @CsvSource({
        "ldap://dc1.corp.test, would carry passwords in clear",
        "http://dc1.corp.test, expected ldaps://",
        "ldaps://dc1.corp.test/dc=corp, expected ldaps://",
        "dc1.corp.test, expected ldaps://",
    })
    void wrongUrlsAreExplained(String url, String why) {
        broken(Tables.withUrls(GOOD, List.of(url), false, false), why);
    }

    @Test
    void clearTextIsForLoopbackOnly() throws Exception {
        broken(Tables.withUrls(GOOD, List.of("ldap://192.0.2.1"), false, true), "for loopback only");
        LdapDirectory.open(
                        Tables.withUrls(GOOD, List.of("ldap://127.0.0.1"), false, true),
                        Domains.NONE,
                        Clock.systemUTC())
                .close();
    }

    @Test
    void startTlsIsNotForLdaps() {
        broken(Tables.withUrls(GOOD, List.of("ldaps://dc1"), true, false), "has TLS already");
    }

    @Test
    void noUrlAtAll() {
        broken(Tables.withUrls(GOOD, List.of(), false, false), "urls is empty");
    }

    @Test
    void activeDirectoryNeedsASearcher() {
        broken(
                Tables.withSchema(GOOD, LdapConfig.Schema.ACTIVE_DIRECTORY, true, Optional.empty()),
                "bind-dn is missing");
    }

    @Test
    void brokenFilterIsTold() {
        broken(
                Tables.withSchema(GOOD, LdapConfig.Schema.POSIX, true, Optional.of("(uid=x")),
                "user-filter \"(uid=x\" is no LDAP filter");
    }

    @Test
    void missingAuthorityIsTold() {
        broken(Tables.activeDirectory(Path.of("nowhere.pem"), false, "ldaps://dc1"), "ca nowhere.pem");
    }

    private static void broken(LdapConfig config, String why) {
        assertThatThrownBy(() -> LdapDirectory.open(config, Domains.NONE, Clock.systemUTC()))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining(why);
    }
}
