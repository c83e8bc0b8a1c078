package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations of rdpgw, written as its documentation says, become ones that {@code gatehouse check} takes. */
class MigrateRdpgwTest {
    @TempDir
    private Path folder;

    private Path file(String name) {
        return folder.resolve(name);
    }

    private Path yaml(String text) throws IOException {
        return Files.writeString(file("rdpgw.yaml"), text);
    }

    private CommandRun migrated(String text, String... more) throws IOException {
        String[] arguments = Stream.concat(
                        Stream.of(
                                "migrate",
                                "rdpgw",
                                yaml(text).toString(),
                                "-o",
                                file("gatehouse.toml").toString()),
                        Stream.of(more))
                .toArray(String[]::new);
        return CommandRun.of(arguments);
    }

    private String toml() throws IOException {
        return Files.readString(file("gatehouse.toml"));
    }

    private void assertGood() {
        CommandRun check =
                CommandRun.of("check", "--config", file("gatehouse.toml").toString());
        assertThat(check.code()).as(check.err()).isZero();
    }

    private static final String OPENID = """
            Server:
              Authentication:
                - openid
              GatewayAddress: desk.example.com
              Port: 443
              Tls: auto
              Hosts:
                - win11.lab.example.com:3389
                - pc-{{ preferred_username }}.lab.example.com:3389
                - 10.1.2.3:3390
              HostSelection: unsigned
              SessionKey: 0123456789abcdef0123456789abcdef
              SessionEncryptionKey: fedcba9876543210fedcba9876543210
              SessionStore: cookie
              ReceiveBuf: 12582912
            OpenId:
              ProviderUrl: https://id.example.com/realms/lab
              ClientId: rdpgw
              ClientSecret: "S3cret of the client"
            Caps:
              TokenAuth: true
              IdleTimeout: 10
              EnableClipboard: true
              EnablePrinter: true
            Security:
              PAATokenSigningKey: 00112233445566778899aabbccddeeff
              VerifyClientIp: true
            Client:
              UsernameTemplate: "{{ username }}"
            """;

    @Test
    void anIdentityProvider() throws IOException {
        CommandRun run = migrated(OPENID);
        assertThat(run.code()).as(run.err()).isZero();
        assertGood();
        assertThat(toml())
                .contains(
                        "name = \"desk.example.com\"",
                        "address = \":443\"",
                        "issuer = \"https://id.example.com/realms/lab\"",
                        "client-id = \"rdpgw\"",
                        "client-secret = { file = \"oidc-secret\" }",
                        "client-address = \"enforce\"",
                        "url = \"https://desk.example.com\"",
                        "name = \"pc-user\"",
                        "host = \"pc-{user}.lab.example.com\"",
                        "targets = [\"win11.lab.example.com\", \"pc-{user}.lab.example.com\"]",
                        "ports = [\"3390\"]",
                        "disable = [\"drive\", \"port\", \"pnp\"]",
                        "idle-timeout = \"10m\"")
                .doesNotContain("S3cret", "0123456789abcdef", "00112233");
        assertThat(run.out() + run.err()).doesNotContain("S3cret", "0123456789abcdef", "00112233");
        assertThat(Files.readString(file("oidc-secret"))).isEqualTo("S3cret of the client");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("oidc-secret"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("gatehouse.toml"))))
                .isEqualTo("rw-------");
    }

    /** Each setting that is not taken over as it is stands on standard error, and in the file. */
    @Test
    void whatIsDifferentIsSaid() throws IOException {
        CommandRun run = migrated(OPENID + "Extra:\n  Key: 1\nserver:\n  Port: 1\n");
        assertThat(run.err())
                .contains(
                        "to do: OpenId.ProviderUrl: register the redirect URI https://desk.example.com/signin/openid/callback",
                        "to do: Server.Tls: rdpgw asks Let's Encrypt for a certificate, and so does the file",
                        "no counterpart: Server.SessionKey:",
                        "no counterpart: Server.ReceiveBuf:",
                        "no counterpart: Client.UsernameTemplate:",
                        "no counterpart: Extra: rdpgw knows no such section",
                        "no counterpart: server: rdpgw knows no such section, and ignores it (it expects Server)");
        assertThat(toml())
                .contains(
                        "tls = { acme = true }\n\n[acme]\nagree-to-terms = true\nchallenge = \"http-01\"\nstate = \"");
        assertThat(run.err().lines().map(line -> line.substring(0, Math.min(60, line.length()))))
                .allSatisfy(line -> assertThat(toml().replaceAll("\n# ", " ")).contains(line));
    }

    @Test
    void withoutOutputItIsPrintedAndNothingIsWritten() throws IOException {
        CommandRun run = CommandRun.of("migrate", "rdpgw", yaml(OPENID).toString());
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("[[auth.oidc.provider]]").doesNotContain("S3cret");
        assertThat(run.err())
                .contains("to do: oidc-secret: secrets are not printed")
                .doesNotContain("S3cret");
        assertThat(folder.toFile().list()).containsExactly("rdpgw.yaml");
    }

    @Test
    void ntlmWithTheUsersOfItsHelper() throws IOException {
        Files.writeString(file("auth.yaml"), """
                Users:
                  - Username: alice
                    Password: "Correct Horse 7"
                  - {Username: bob, Password: 12345678}
                """);
        SelfSignedCertificate.write(file("a.pem"), file("a.key"), List.of("desk.example.com"), Clock.systemUTC());
        CommandRun run = migrated(
                """
                Server:
                  Authentication: [ntlm, local]
                  GatewayAddress: https://desk.example.com:8443
                  Port: "8443"
                  Tls: enable
                  CertFile: %s
                  KeyFile: %s
                  Hosts: [xrdp]
                  BasicAuthTimeout: 30
                Caps: {TokenAuth: false, RedirectAll: true}
                """.formatted(file("a.pem"), file("a.key")),
                "--auth-file",
                file("auth.yaml").toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(toml())
                .contains(
                        "order = [\"ntlm\", \"local\"]",
                        "realms = [\"pam\"]",
                        "service = \"rdpgw\"",
                        "timeout = \"30s\"",
                        "targets = [\"xrdp\"]")
                .doesNotContain("[portal]", "[auth.paa]", "disable", "self-signed");
        CommandRun accounts =
                CommandRun.of("user", "list", "--accounts", file("accounts").toString());
        assertThat(accounts.out()).contains("alice", "bob");
        assertThat(Files.readString(file("accounts"))).doesNotContain("Correct", "12345678");
    }

    @Test
    void kerberosWithTheRealmsOfKrb5Conf() throws IOException {
        Files.writeString(file("krb5.conf"), """
                [libdefaults]
                  default_realm = LAB.EXAMPLE.COM
                [realms]
                  LAB.EXAMPLE.COM = {
                    kdc = kdc1.lab.example.com:88
                    kdc = kdc2.lab.example.com
                  }
                """);
        CommandRun run = CommandRun.of(
                "migrate", "rdpgw", yaml("""
                Server:
                  Authentication: [kerberos]
                  GatewayAddress: desk.lab.example.com
                  Hosts: [win11.lab.example.com]
                Kerberos:
                  Keytab: /etc/keytabs/rdpgw.keytab
                  Krb5conf: %s
                Caps:
                  TokenAuth: false
                  DisableRedirect: true
                """.formatted(file("krb5.conf"))).toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "keytab = \"/etc/keytabs/rdpgw.keytab\"",
                        "realm = \"LAB.EXAMPLE.COM\"\nkdcs = [\"kdc1.lab.example.com:88\", \"kdc2.lab.example.com\"]",
                        "[kdc-proxy]\nrealms = [\"LAB.EXAMPLE.COM\"]",
                        "disable = [\"all\"]");
    }

    @Test
    void aProxyThatSignsUsersIn() throws IOException {
        CommandRun run = migrated("""
                Server:
                  Authentication: [header]
                  Tls: disable
                  Port: 8080
                  GatewayAddress: desk.example.com
                  Hosts: [win11.lab.example.com]
                  TrustedProxies: [10.0.0.1/32]
                Header:
                  UserHeader: X-Forwarded-User
                  EmailHeader: X-Forwarded-Email
                  DisplayNameHeader: X-Forwarded-Name
                  TrustedProxies: [10.0.0.1/32, 10.0.0.2/32]
                Security:
                  VerifyClientIp: false
                """);
        assertThat(run.code()).as(run.err()).isZero();
        assertGood();
        assertThat(toml())
                .contains(
                        "trusted-proxies = [\"10.0.0.1/32\", \"10.0.0.2/32\"]",
                        "user = \"X-Forwarded-User\"",
                        "email = \"X-Forwarded-Email\"")
                .doesNotContain("tls =", "client-address");
        assertThat(run.err()).contains("no counterpart: Header.DisplayNameHeader:");
    }

    /** What rdpgw's mode "any" keeps out stays out. */
    @Test
    void anyHostIsNoHostOfAPrivateNetwork() throws IOException {
        migrated(OPENID.replace("unsigned", "any"));
        assertGood();
        assertThat(explained("192.168.1.1")).isEqualTo(3);
        assertThat(explained("192.0.2.1")).isZero();
        assertThat(explained("192.0.2.1:22")).isEqualTo(3);
    }

    private int explained(String target) {
        return CommandRun.of(
                        "explain", "--config", file("gatehouse.toml").toString(), "--user", "alice", "--target", target)
                .code();
    }

    /** Rules hold as the file of rdpgw had its hosts: these, at these ports, and no others. */
    @Test
    void otherHostsAndPortsAreDenied() throws IOException {
        migrated(OPENID);
        assertThat(explained("10.1.2.3:3390")).isZero();
        assertThat(explained("10.1.2.3")).isEqualTo(3);
        assertThat(explained("10.1.2.4:3390")).isEqualTo(3);
    }

    @Test
    void filesThatAreThereAreKept() throws IOException {
        Files.writeString(file("gatehouse.toml"), "# mine\n");
        CommandRun refused = migrated(OPENID);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("gatehouse.toml: already exists (use --force");
        assertThat(toml()).isEqualTo("# mine\n");
        assertThat(file("oidc-secret")).doesNotExist();
        assertThat(migrated(OPENID, "--force").code()).isZero();
        assertThat(file("gatehouse.toml.old")).content().isEqualTo("# mine\n");
        assertThat(migrated(OPENID).code()).as("the same again changes nothing").isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "- a list",
                "Server: [no mapping]",
                "Server: {Port: many, GatewayAddress: a.example.com}",
                "Server: {Port: 70000, GatewayAddress: a.example.com}",
                "Server: {GatewayAddress: 'a b'}",
                "Server: {Authentication: [magic], GatewayAddress: a.example.com, Hosts: [a]}",
                "Server: {Authentication: [ntlm], GatewayAddress: a.example.com, Hosts: ['a:b:c d']}",
                "Server: {Authentication: [ntlm], GatewayAddress: a.example.com, Hosts: [a]}\nCaps: {EnableDrive: 'S3cret'}",
                "Server: {Authentication: [openid], GatewayAddress: a.example.com, Hosts: [a]}", // no provider
                "Server: !!javax.script.ScriptEngineManager [S3cret]",
                "Server: {SessionKey: 'S3cret", // not closed
                "Server: {Port: 1, Port: 2}", // twice
                "Server: {S3cret: 1, S3cret: 2}",
                "OpenId:\n  ClientSecret: *S3cret\n", // without quotes
                "OpenId:\n  ClientSecret: !S3cret\n",
                "OpenId:\n  ClientSecret: !S3cret! x\n",
                "OpenId:\n  ClientSecret: @S3cret\n",
                "OpenId:\n  ClientSecret: %S3cret\n",
                "OpenId:\n  ClientSecret: a\tb: S3cret: x\n",
                "a: &a [x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b]\n"
            })
    void wrongFilesAreCode2AndNoSecretIsShown(String text) throws IOException {
        CommandRun run = migrated(text);
        assertThat(run.code()).as(run.toString()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("gatehouse: " + file("rdpgw.yaml") + ": ")
                .doesNotContain("S3cret", "\tat ");
        assertThat(file("gatehouse.toml")).doesNotExist();
    }

    @Test
    void passwordsWithoutQuotesAreNotShown() throws IOException {
        Files.writeString(file("auth.yaml"), "Users:\n  - Username: alice\n    Password: *S3cret\n");
        CommandRun run = migrated(NTLM, "--auth-file", file("auth.yaml").toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("auth.yaml: is no YAML: line 3 column 15: an alias without its anchor")
                .doesNotContain("S3cret");
    }

    private static final String NTLM = "Server: {Authentication: [ntlm], GatewayAddress: a.example.com, Hosts: [a]}\n";

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file(name)));
    }

    private void open(String name) throws IOException {
        Files.setPosixFilePermissions(file(name), PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** An editor or a checkout leaves files that everybody may read. */
    @Test
    void secretsAreNotWrittenIntoFilesThatAreOpenToOthers() throws IOException {
        Files.writeString(file("gatehouse.toml"), "# mine\n");
        Files.writeString(file("oidc-secret"), "of before");
        open("gatehouse.toml");
        open("oidc-secret");
        assertThat(migrated(OPENID, "--force").code()).isZero();
        for (String name : List.of("gatehouse.toml", "gatehouse.toml.old", "oidc-secret", "oidc-secret.old")) {
            assertThat(permissions(name)).as(name).isEqualTo("rw-------");
        }
        open("oidc-secret");
        assertThat(migrated(OPENID).code()).as("the same content").isZero();
        assertThat(permissions("oidc-secret")).isEqualTo("rw-------");
        assertThat(file("oidc-secret.old-2")).doesNotExist();
    }

    private CommandRun withUsers(String users, String configuration, String... more) throws IOException {
        Files.writeString(file("auth.yaml"), users);
        return migrated(
                configuration,
                Stream.concat(Stream.of("--auth-file", file("auth.yaml").toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad:name", "ALICE"})
    void allUsersBecomeAccountsOrNone(String wrong) throws IOException {
        String users = "Users: [{Username: alice, Password: one}, {Username: '%s', Password: two},"
                + " {Username: bob, Password: three}]\n";
        CommandRun run = withUsers(users.formatted(wrong), NTLM);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(wrong.equals("ALICE") ? "account alice stands twice" : "'bad:name'");
        assertThat(run.out()).doesNotContain("wrote", "added");
        assertThat(file("gatehouse.toml")).doesNotExist();
        assertThat(file("accounts")).doesNotExist();
        CommandRun.withInput(
                "Correct Horse 7\n",
                "user",
                "add",
                "alice",
                "--password-stdin",
                "--accounts",
                file("accounts").toString());
        String before = Files.readString(file("accounts"));
        CommandRun again = withUsers(users.formatted("carol"), NTLM);
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(again.err()).contains("kept alice in");
        assertThat(again.out()).contains("added carol", "added bob").doesNotContain("added alice");
        assertThat(Files.readString(file("accounts"))).startsWith(before).contains("bob:", "carol:");
        assertThat(withUsers(users.formatted("carol"), NTLM).code())
                .as("once more")
                .isZero();
    }

    @Test
    void usersThatNothingAsksForAreNotStored() throws IOException {
        CommandRun run = withUsers("Users: [{Username: alice, Password: one}]\n", NTLM.replace("ntlm", "local"));
        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("no counterpart: --auth-file: without ntlm");
        assertThat(file("accounts")).doesNotExist();
    }

    /** What rdpgw takes and the gateway does not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Server: {TrustedProxies: [proxy.internal], ",
                "Server: {HostSelection: any, AllowedDestinationPorts: [0], ",
                "Caps: {IdleTimeout: 999999999}\nServer: {"
            })
    void whatCheckWouldNotPassIsSaid(String text) throws IOException {
        CommandRun run = migrated(text + NTLM.substring("Server: {".length()));
        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("to do: gatehouse check: ");
        assertThat(run.out()).contains("next: complete it, then gatehouse check");
        assertThat(migrated(NTLM, "--force").err()).doesNotContain("to do: gatehouse check");
    }

    /** As rdpgw reads it, such a text is one entry, and no address. */
    @Test
    void proxiesThatAreNoAddressesAreSaidAlsoWhenTheFileIsPrinted() throws IOException {
        String lists = "Server: {TrustedProxies: \"10.0.0.1, 10.0.0.2\", ";
        Path rdpgw = yaml(lists + NTLM.substring("Server: {".length()));
        CommandRun printed = CommandRun.of("migrate", "rdpgw", rdpgw.toString());
        assertThat(printed.code()).isZero();
        assertThat(printed.err()).contains("to do: Server.TrustedProxies: \"10.0.0.1, 10.0.0.2\"");
        Path right = yaml(lists.replace("\"10.0.0.1, 10.0.0.2\"", "[10.0.0.1, 10.0.0.2/32]")
                + NTLM.substring("Server: {".length()));
        assertThat(CommandRun.of("migrate", "rdpgw", right.toString()).err()).doesNotContain("to do: Server.Trusted");
    }

    /** Such as those of universities, which Debian's file has: anybody could reach their KDCs through the gateway. */
    @Test
    void realmsThatAreNotTheDefaultAreNotServed() throws IOException {
        Files.writeString(file("krb5.conf"), """
                [libdefaults]
                  default_realm = LAB.EXAMPLE.COM
                [realms]
                  stanford.edu = {
                    kdc = krb5auth1.stanford.edu
                  }
                  LAB.EXAMPLE.COM = {
                    auth_to_local_names = {
                      kdc = of.a.user
                    }
                    kdc = kdc1.lab.example.com
                    # kdc = commented.example.com
                  }
                """);
        String kerberos = """
                Server: {Authentication: [kerberos], GatewayAddress: desk.lab.example.com, Hosts: [a]}
                Kerberos: {Keytab: /etc/keytabs/rdpgw.keytab, Krb5conf: %s}
                """.formatted(file("krb5.conf"));
        CommandRun run = CommandRun.of("migrate", "rdpgw", yaml(kerberos).toString());
        assertThat(run.out())
                .contains(
                        "realm = \"LAB.EXAMPLE.COM\"\nkdcs = [\"kdc1.lab.example.com\"]\n",
                        "[kdc-proxy]\nrealms = [\"LAB.EXAMPLE.COM\"]",
                        "# realm = \"stanford.edu\"")
                .doesNotContainPattern("(?m)^realm = \"stanford")
                .doesNotContain("of.a.user", "auth_to_local", "commented.example.com");
        assertThat(run.err().replaceAll("\\s+", " ")).contains("the default realm of " + file("krb5.conf"));
        Files.writeString(
                file("krb5.conf"), Files.readString(file("krb5.conf")).replace("default_realm", "# default_realm"));
        CommandRun several = CommandRun.of("migrate", "rdpgw", yaml(kerberos).toString());
        assertThat(several.out()).doesNotContainPattern("(?m)^realm|^\\[kdc-proxy");
        assertThat(several.err()).contains("to do: Kerberos.Krb5conf:", "names no default_realm");
    }

    /** As other options are, it is relative to the folder of the command. */
    @Test
    void theFolderOfStateIsAbsolute() throws IOException {
        assertThat(migrated(OPENID, "--state", "target/state").code()).isZero();
        assertThat(toml())
                .contains("keys = \"" + Path.of("target/state/paa-keys.json").toAbsolutePath() + "\"");
        assertThat(migrated(OPENID, "--force", "--state", "").err()).contains("--state is empty");
    }

    @Test
    void aFileOfBracketsEndsNothing() throws IOException {
        CommandRun run = migrated("[".repeat(200_000));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("more than 20 levels");
    }

    @Test
    void aSecondDocumentIsNoMistakeOfAliases() throws IOException {
        CommandRun run = migrated("Server: {Port: 443}\n---\nServer: {Port: 444}\n");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("has more than one document (expected one");
    }

    /** They may be in the environment of its container. */
    @Test
    void withoutHostsNobodyMayConnect() throws IOException {
        CommandRun run = migrated("Server: {Authentication: [ntlm], GatewayAddress: a.example.com}");
        assertThat(run.err()).contains("to do: Server.Hosts: is missing");
        assertGood();
        assertThat(explained("10.1.2.3")).isEqualTo(3);
    }

    /** Each desktop gets a name that no other has, for which many of one name would take long. */
    @Test
    void moreDesktopsThanAnybodyHasAreRefused() throws IOException {
        CommandRun run = migrated("Server: {Authentication: [ntlm], GatewayAddress: a.example.com, Hosts: [a"
                + ", a".repeat(1000)
                + "]}");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("Server.Hosts: 1001 desktops (expected at most 1000)");
    }

    @Test
    void aFileThatIsTooLargeIsNotRead() throws IOException {
        assertThat(migrated("#".repeat((1 << 20) + 1)).err()).contains("larger than 1048576 bytes");
    }
}
