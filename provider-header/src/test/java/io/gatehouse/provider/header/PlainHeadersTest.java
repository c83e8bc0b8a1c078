package io.gatehouse.provider.header;

import static io.gatehouse.provider.header.Providers.accepted;
import static io.gatehouse.provider.header.Providers.rejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainHeadersTest {
    private static final String SECRET = "sixteen bytes or more";

    private final AssertionMechanism mechanism = Providers.mechanism("""
            [auth.header.plain]
            user = "X-User"
            groups = "X-Groups"
            local-users = true
            domains = ["CORP", "example.org"]
            """);

    PlainHeadersTest() throws ProviderException {}

    @Test
    void aTrustedProxyIsBelieved() {
        Identity alice = accepted(mechanism.assess(Requests.fromProxy("X-User", "alice", "X-Groups", "staff, lab")));

        assertThat(alice.user()).isEqualTo("alice");
        assertThat(alice.domain()).isEmpty();
        assertThat(alice.upn()).isEmpty();
        assertThat(alice.groups()).containsExactlyInAnyOrder("staff", "lab");
        assertThat(alice.provider()).isEqualTo("header");
        assertThat(alice.method()).isEqualTo("header");
    }

    @Test
    void aRequestWithoutTheHeadersSaysNothing() {
        assertThat(mechanism.assess(Requests.fromProxy("X-Other", "alice"))).isEmpty();
        assertThat(mechanism.assess(Requests.fromStranger("X-Users", "alice"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-User",
                "x-user",
                "X_User",
                "x.user",
                "X-USER",
                "X_USER",
                "X~User",
                "X!User",
                "X-Groups",
                "X_Groups"
            })
    void noSpellingCountsFromAnybodyElse(String name) {
        assertThat(rejected(mechanism.assess(Requests.fromStranger(name, "alice"))))
                .satisfies(refusal -> {
                    assertThat(refusal.reason()).isEqualTo(Reason.REFUSED);
                    assertThat(refusal.detail())
                            .isEqualTo("headers that say who the user is, from 203.0.113.9 (expected a trusted proxy)");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"X_User", "x.user", "X~User", "X_Groups"})
    void anotherSpellingThatTheProxyLetsThroughIsRefused(String name) {
        assertThat(rejected(mechanism.assess(
                                Requests.fromProxy("X-User", "alice", "X-Groups", "staff", name, "mallory")))
                        .detail())
                .startsWith("header " + name.toLowerCase(Locale.ROOT) + " (expected no other spelling of X-");
        assertThat(rejected(mechanism.assess(Requests.fromProxy(name, "mallory")))
                        .reason())
                .isIn(Reason.MALFORMED, Reason.REFUSED);
    }

    @Test
    void aHeaderThatComesTwiceIsRefused() {
        assertThat(rejected(mechanism.assess(
                                Requests.fromProxy("X-User", "alice", "x-user", "alice", "X-Groups", "staff")))
                        .detail())
                .isEqualTo("header X-User came 2 times (expected once)");
        assertThat(rejected(mechanism.assess(
                                Requests.fromProxy("X-User", "alice", "X-Groups", "staff", "X-Groups", "admins")))
                        .detail())
                .isEqualTo("header X-Groups came 2 times (expected once)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void anEmptyHeaderIsRefused(String nothing) {
        assertThat(rejected(mechanism.assess(Requests.fromProxy("X-User", nothing, "X-Groups", "staff")))
                        .detail())
                .isEqualTo("header X-User is empty");
        assertThat(rejected(mechanism.assess(Requests.fromProxy("X-User", "alice", "X-Groups", nothing)))
                        .detail())
                .isEqualTo("header X-Groups is empty");
    }

    @Test
    void aUserWhoseGroupsAreNotToldIsRefused() {
        assertThat(rejected(mechanism.assess(Requests.fromProxy("X-User", "alice")))
                        .detail())
                .isEqualTo("no header X-Groups (require-groups = false lets users without groups in)");
        assertThat(rejected(mechanism.assess(Requests.fromProxy("X-Groups", "staff")))
                        .detail())
                .isEqualTo("no header X-User beside others");
    }

    @Test
    void groupsMayBeAbsentWhereTheConfigurationSaysSo() throws Exception {
        AssertionMechanism lenient = Providers.mechanism("""
                [auth.header.plain]
                user = "X-authentik-username"
                groups = "X-authentik-groups"
                separator = "|"
                require-groups = false
                local-users = true
                """);
        assertThat(accepted(lenient.assess(Requests.fromProxy("X-authentik-username", "alice")))
                        .groups())
                .isEmpty();
        assertThat(accepted(lenient.assess(
                                Requests.fromProxy("X-authentik-username", "alice", "X-authentik-groups", "")))
                        .groups())
                .isEmpty();
        assertThat(accepted(lenient.assess(
                                Requests.fromProxy("X-authentik-username", "alice", "X-authentik-groups", "a|b, c")))
                        .groups())
                .containsExactlyInAnyOrder("a", "b, c");
        assertThat(rejected(lenient.assess(
                                Requests.fromProxy("X-authentik-username", "alice", "X_authentik-groups", "admins")))
                        .reason())
                .isEqualTo(Reason.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({
        "alice@corp.example, alice, CORP, alice@corp.example",
        "CORP.EXAMPLE.COM\\alice, alice, CORP,",
        "bob@EXAMPLE.ORG, bob, example.org, bob@EXAMPLE.ORG"
    })
    void aDomainGoesByTheNameOfTheConfiguration(String name, String user, String domain, String upn) {
        Identity identity = accepted(mechanism.assess(Requests.fromProxy("X-User", name, "X-Groups", "staff")));

        assertThat(identity.user()).isEqualTo(user);
        assertThat(identity.domain()).contains(domain);
        assertThat(identity.upn()).isEqualTo(Optional.ofNullable(upn));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eve@evil.example",
                "EVIL\\eve",
                "CORP\\",
                "@corp.example",
                "CORP\\alice@corp.example",
                "a@b@corp.example",
                "CORP\\x\\alice",
                "ali\u0001ce",
                "ali\u202ece",
                "a,b\u2028c"
            })
    void otherNamesAreRefused(String name) {
        assertThat(rejected(mechanism.assess(Requests.fromProxy("X-User", name, "X-Groups", "staff")))
                        .reason())
                .isEqualTo(Reason.REFUSED);
    }

    @Test
    void namesAndGroupsHaveABound() {
        assertThat(rejected(mechanism.assess(Requests.fromProxy("X-User", "a".repeat(257), "X-Groups", "staff")))
                        .detail())
                .hasSizeLessThan(300);
        assertThat(rejected(mechanism.assess(
                                Requests.fromProxy("X-User", "alice", "X-Groups", "a,".repeat(2000) + "a")))
                        .detail())
                .isEqualTo("2001 groups (expected at most 2000)");
        assertThat(accepted(mechanism.assess(Requests.fromProxy("X-User", "alice", "X-Groups", "a,,b,")))
                        .groups())
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void bytesOfTheHeaderAreUtf8() {
        String latin = new String("Zoë".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(accepted(mechanism.assess(Requests.fromProxy("X-User", latin, "X-Groups", "staff")))
                        .user())
                .isEqualTo("Zoë");
        assertThat(rejected(mechanism.assess(Requests.fromProxy("X-User", "Zo\u00eb", "X-Groups", "staff")))
                        .detail())
                .isEqualTo("header X-User is not UTF-8");
    }

    @Test
    void withoutLocalUsersABareNameBelongsToTheFirstDomain() throws Exception {
        AssertionMechanism domains = Providers.mechanism("""
                [auth.header.plain]
                user = "Remote-User"
                email = "Remote-Email"
                domains = ["corp.example", "example.org"]
                """);
        Identity alice = accepted(
                domains.assess(Requests.fromProxy("Remote-User", "alice", "Remote-Email", "alice.l@example.net")));

        assertThat(alice.displayName()).isEqualTo("CORP\\alice");
        assertThat(alice.upn()).contains("alice.l@example.net");
        assertThat(rejected(domains.assess(Requests.fromProxy("Remote-User", "alice")))
                        .detail())
                .isEqualTo("no header Remote-Email");
        assertThat(rejected(domains.assess(Requests.fromProxy("Remote-User", "alice", "Remote-Email", "alice")))
                        .detail())
                .isEqualTo("e-mail address \"alice\" (expected name@domain)");
    }

    private static String withProof(Path folder, String secret) throws Exception {
        Path file = Files.createFile(
                folder.resolve("secret"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, secret);
        return """
                [auth.header.plain]
                user = "Remote-User"
                local-users = true
                proof = { header = "X-Proxy-Secret", secret = { file = "%s" } }
                """.formatted(file);
    }

    @Test
    void aSecretThatCouldBeGuessedIsNotTaken(@TempDir Path folder) throws Exception {
        String table = withProof(folder, "short");
        assertThatThrownBy(() -> Providers.mechanism(table))
                .hasMessage("plain: proof.secret of 5 bytes (expected at least 16)");
    }

    @Test
    void aProxyThatHasASecretMustSendIt(@TempDir Path folder) throws Exception {
        AssertionMechanism proven = Providers.mechanism(withProof(folder, SECRET));

        assertThat(accepted(proven.assess(Requests.fromProxy("Remote-User", "alice", "X-Proxy-Secret", SECRET)))
                        .user())
                .isEqualTo("alice");
        assertThat(rejected(proven.assess(Requests.fromProxy("Remote-User", "alice")))
                        .detail())
                .isEqualTo("no header X-Proxy-Secret");
        assertThat(rejected(proven.assess(Requests.fromProxy("Remote-User", "alice", "X-Proxy-Secret", SECRET + "x")))
                        .detail())
                .isEqualTo("header X-Proxy-Secret is not the proxy's secret");
        assertThat(rejected(proven.assess(Requests.fromStranger("Remote-User", "alice", "X-Proxy-Secret", SECRET)))
                        .detail())
                .contains("expected a trusted proxy");
        assertThat(proven.assess(Requests.fromProxy("X-Proxy-Secret", SECRET))).isEmpty();
    }
}
