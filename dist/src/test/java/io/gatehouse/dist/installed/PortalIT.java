package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.identity.Keycloak;
import io.gatehouse.testkit.identity.KeycloakClient;
import io.gatehouse.testkit.identity.KeycloakUser;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import io.gatehouse.testkit.target.Wire;
import java.awt.Color;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What users do: they sign in at the portal with Chromium, by password or at Keycloak, take the file of a desktop, and
 * xfreerdp opens it through the installed gateway, until they sign out or are signed out.
 */
@Tag("desktop")
@Tag("keycloak")
@Timeout(180)
class PortalIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Color ORANGE = new Color(0xff8000);
    private static final Color GREEN = new Color(0x00ff00);
    private static final String STAFF_TO_THE_LAB = """
            [[policy.rule]]
            name = "staff to the lab"
            groups = ["staff"]
            targets = ["127.0.0.1"]
            ports = ["1024-65535"]
            """;
    private static final String APPROVED_BY_THEMSELVES = STAFF_TO_THE_LAB + """
            approval = "self"
            approval-mfa = true
            [approval]
            client-wait = "1m"
            """;
    private static final KeycloakUser DAVE = new KeycloakUser(
            "dave", "dave's password at Keycloak", Set.of("staff"), Optional.of("dave shares this with his phone"));
    private static final String BY_PASSWORD = """
            [auth]
            order = ["local"]
            [auth.local]
            accounts = "accounts"
            """;

    private static TestFolder shared;
    private static TestCertificates.Pair tls;
    private static Path authority;
    private static Keycloak keycloak;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void start() {
        RequiredTools.assumeDesktop();
        Chromium.assume();
        Keycloak.assume();
        shared = new TestFolder();
        TestCertificates issuer = TestCertificates.authority(shared, "Test CA");
        authority = issuer.certificate();
        tls = issuer.issue("DNS:localhost");
        keycloak = Keycloak.start(shared, authority);
        keycloak.nameOneTimeCodes();
        keycloak.add(DAVE);
    }

    @AfterAll
    static void stop() {
        if (keycloak != null) {
            keycloak.close();
            shared.close();
        }
    }

    /** The portal with a desktop for staff and one for nobody; its files name the wire as the gateway. */
    private static String portal(String signIn, XrdpDesktop desktop, Wire wire) {
        return signIn + """
                [auth.paa]
                [portal]
                url = "https://localhost:${port}"
                gateway = "localhost:%d"
                [[desktop]]
                name = "lab"
                title = "The lab"
                host = "127.0.0.1"
                port = %d
                icon = "linux"
                [[desktop]]
                name = "vault"
                title = "The vault"
                host = "127.0.0.2"
                """.formatted(wire.port(), desktop.port());
    }

    private InstalledGateway withPasswords(XrdpDesktop desktop, Wire wire) {
        InstalledGateway gateway =
                InstalledGateway.startWithAccounts(folder, portal(BY_PASSWORD, desktop, wire), STAFF_TO_THE_LAB);
        wire.to(gateway.port());
        return gateway;
    }

    private void isRefused(Path file, InstalledGateway gateway, String reason) {
        try (FreeRdpClient client = FreeRdpClient.opening(file).start(folder)) {
            assertThat(client.awaitExit(SOON)).isPresent();
            assertThat(client.output()).contains("E_PROXY_COOKIE_AUTHENTICATION_ACCESS_DENIED");
        }
        assertThat(gateway.awaitAudit(
                        line -> line.contains("\"sign-in.refused\"") && line.contains("\"rdgw.auth.method\":\"paa\"")))
                .contains(reason);
    }

    @ParameterizedTest
    @EnumSource(FreeRdpClient.Transport.class)
    void aPasswordOpensTheDesktopUntilTheUserSignsOut(FreeRdpClient.Transport transport) {
        try (XrdpDesktop desktop = XrdpDesktop.start(folder);
                Wire wire = Wire.open();
                InstalledGateway gateway = withPasswords(desktop, wire);
                PortalVisitor alice = PortalVisitor.at(gateway, folder)) {
            desktop.paint(ORANGE);
            alice.signIn("alice", "wrong");
            assertThat(alice.text()).contains("Sign-in failed.");
            alice.signIn("alice", InstalledGateway.PASSWORD);
            Path file = alice.connect("lab");
            assertThat(file).hasFileName("lab.rdp");
            try (FreeRdpClient client =
                    FreeRdpClient.opening(file).transport(transport).start(folder)) {
                client.awaitColour(ORANGE, 0.8, SOON);
                client.typeColour(GREEN);
                client.awaitColour(GREEN, 0.8, SOON);

                alice.signOut();

                assertThat(client.awaitExit(SOON)).isPresent();
            }
            assertThat(alice.isStranger()).isTrue();
            isRefused(file, gateway, "the sign-in that the token belongs to was ended");
            assertThat(gateway.awaitAudit(line -> line.contains("\"session.start\"")))
                    .contains("\"user.name\":\"alice\"", "\"rdgw.policy.rule\":\"staff to the lab\"")
                    .contains("\"rdgw.transport\":\""
                            + (transport == FreeRdpClient.Transport.WEBSOCKET ? "websocket" : "dual-channel"));
            assertThat(gateway.log()).doesNotContain(InstalledGateway.PASSWORD);
        }
    }

    @Test
    void onlyAllowedDesktopsAreShownAndTheirFilesAreSigned() {
        try (XrdpDesktop desktop = XrdpDesktop.start(folder);
                Wire wire = Wire.open();
                InstalledGateway gateway = withPasswords(desktop, wire)) {
            try (PortalVisitor bob = PortalVisitor.at(gateway, folder)) {
                bob.signIn("bob", InstalledGateway.PASSWORD);
                assertThat(bob.desktops()).isEmpty();
                bob.open("/connect/lab.rdp");
                assertThat(bob.text()).contains("This desktop does not exist, or you do not have access to it.");
            }
            try (PortalVisitor alice = PortalVisitor.at(gateway, folder)) {
                alice.signIn("alice", InstalledGateway.PASSWORD);
                assertThat(alice.desktops()).containsExactly("The lab");
                alice.open("/connect/vault.rdp");
                assertThat(alice.text()).contains("This desktop does not exist, or you do not have access to it.");

                SignedFile file = SignedFile.read(alice.connect("lab"));
                Path publisher = gateway.configurationFile("rdp-signing.pem");
                assertThat(file.line("full address:")).isEqualTo("full address:s:127.0.0.1:" + desktop.port());
                assertThat(file.line("gatewayhostname:")).isEqualTo("gatewayhostname:s:localhost:" + wire.port());
                assertThat(file.verify(folder, publisher).output()).contains("CMS Verification successful");
                SignedFile changed = file.with("gatewayhostname:", "gatewayhostname:s:evil.example.com");
                assertThat(changed.verify(folder, publisher).output()).contains("verification failure");
            }
        }
    }

    /** {@code gatehouse init} asks the identity provider whether it knows the client. */
    @Test
    void aFirstConfigurationForKeycloakIsTriedBeforeItIsWritten() throws IOException {
        Path home = InstalledGateway.unpack(folder.freshFolder("init"));
        Path target = folder.freshFolder("conf").resolve("gatehouse.toml");
        KeycloakClient client = keycloak.register(
                "gatehouse-init",
                URI.create("https://localhost:8443"),
                "/signin/sso/callback",
                "/signin/sso/backchannel",
                "/signedout");
        Path secret = folder.write("secret", client.secret());
        KeycloakClient unknown = new KeycloakClient(client.issuer(), "gatehouse-of-nobody", client.secret());
        Command.Result refused = initialised(home, target, unknown, secret);
        assertThat(refused.exitCode()).as(refused.output()).isEqualTo(1);
        assertThat(refused.output()).contains("[oidc.client]");
        assertThat(target).doesNotExist();
        Command.Result written = initialised(home, target, client, secret);
        assertThat(written.exitCode()).as(written.output()).isZero();
        assertThat(target)
                .content()
                .contains("# Redirect URI to register there: https://localhost:8443/signin/sso/callback")
                .doesNotContain(client.secret());
    }

    private Command.Result initialised(Path home, Path target, KeycloakClient client, Path secret) throws IOException {
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        return Command.of(
                        home.resolve("bin/gatehouse").toString(),
                        "init",
                        "--yes",
                        "--config",
                        target.toString(),
                        "--name",
                        "localhost",
                        "--listen",
                        "127.0.0.1:8443",
                        "--sign-in",
                        "oidc",
                        "--oidc-issuer",
                        client.issuer().toString(),
                        "--oidc-client",
                        client.id(),
                        "--oidc-secret-file",
                        secret.toString(),
                        "--oidc-groups",
                        "groups",
                        "--desktops",
                        "*.lab.example.com")
                .run(folder);
    }

    /** The portal of {@link #withPasswords}, where users sign in at Keycloak and nowhere else. */
    private InstalledGateway withKeycloak(XrdpDesktop desktop, Wire wire, boolean logoutEndsDesktops) {
        return withKeycloak(desktop, wire, logoutEndsDesktops, STAFF_TO_THE_LAB);
    }

    private InstalledGateway withKeycloak(XrdpDesktop desktop, Wire wire, boolean logoutEndsDesktops, String rules) {
        // Both sides need the other's address first.
        int port = InstalledGateway.freePort();
        String tables = portal(atKeycloak(port, "/signin/keycloak/callback"), desktop, wire)
                .replace("[portal]\n", "[portal]\nback-channel-ends-desktops = " + logoutEndsDesktops + "\n");
        InstalledGateway gateway = InstalledGateway.start(folder, port, tls, tables, rules);
        wire.to(gateway.port());
        return gateway;
    }

    /** The sign-in of a gateway at {@code port}, which Keycloak knows with this path as its redirect URI. */
    private String atKeycloak(int port, String callback) {
        KeycloakClient client = keycloak.register(
                "gatehouse-" + port,
                URI.create("https://localhost:" + port),
                callback,
                "/signin/keycloak/backchannel",
                "/signedout");
        return """
                [auth]
                order = ["oidc"]
                [[auth.oidc.provider]]
                id = "keycloak"
                label = "Keycloak"
                issuer = "%s"
                client-id = "%s"
                client-secret = { file = "%s" }
                groups-claim = "groups"
                multi-factor-amr = ["otp"]
                local-users = true
                """.formatted(client.issuer(), client.id(), folder.write("client-secret-" + port, client.secret()));
    }

    /** The doctor asks Keycloak as a browser does, with the redirect URI that is registered and with another one. */
    @Test
    void theDoctorSeesWhetherKeycloakKnowsTheRedirectUri() {
        for (String registered : List.of("/signin/keycloak/callback", "/signin/another/callback")) {
            int port = InstalledGateway.freePort();
            String tables = atKeycloak(port, registered) + """
                    [auth.paa]
                    [portal]
                    url = "https://localhost:${port}"
                    """;
            try (InstalledGateway gateway = InstalledGateway.start(folder, port, tls, tables, STAFF_TO_THE_LAB)) {
                String found = gateway.printed("doctor", "--json", "--ca", authority.toString())
                        .replace("\\/", "/");
                if (registered.contains("another")) {
                    assertThat(found)
                            .contains("\"portal.redirect-uri\"")
                            .contains("https://localhost:" + port + "/signin/keycloak/callback");
                } else {
                    assertThat(found).contains("redirect URIs of").doesNotContain("portal.redirect-uri");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FreeRdpClient.Transport.class)
    void aUserOfKeycloakComesBackAfterTheNetworkWasCutUntilTheySignOut(FreeRdpClient.Transport transport) {
        try (XrdpDesktop desktop = XrdpDesktop.start(folder);
                Wire wire = Wire.open();
                InstalledGateway gateway = withKeycloak(desktop, wire, true);
                PortalVisitor alice = PortalVisitor.at(gateway, folder)) {
            desktop.paint(ORANGE);
            alice.signInAtKeycloak(KeycloakUser.ALICE);
            assertThat(alice.desktops()).containsExactly("The lab");
            Path file = alice.connect("lab");
            try (FreeRdpClient client = FreeRdpClient.opening(file)
                    .transport(transport)
                    .with("+auto-reconnect", "/auto-reconnect-max-retries:10")
                    .start(folder)) {
                client.awaitColour(ORANGE, 0.8, SOON);
                int before = wire.carried();

                wire.cut();
                assertThat(Wait.until(SOON, () -> desktop.connections() == 0)).isTrue();
                desktop.paint(GREEN);
                wire.mend();

                client.awaitColour(GREEN, 0.8, SOON);
                assertThat(wire.carried()).isGreaterThan(before);
                assertThat(client.isAlive()).isTrue();
            }
            try (FreeRdpClient client =
                    FreeRdpClient.opening(file).transport(transport).start(folder)) {
                client.awaitColour(GREEN, 0.8, SOON);
                assertThat(keycloak.sessions(KeycloakUser.ALICE)).isOne();

                alice.signOut();

                assertThat(client.awaitExit(SOON)).isPresent();
            }
            alice.awaitPath("/signedout");
            assertThat(keycloak.sessions(KeycloakUser.ALICE)).isZero();
            assertThat(alice.isStranger()).isTrue();
            isRefused(file, gateway, "the sign-in that the token belongs to was ended");
            assertThat(gateway.awaitAudit(line -> line.contains("\"sign-in.accepted\"") && line.contains("\"portal\"")))
                    .contains("\"user.name\":\"alice\"", "\"rdgw.auth.provider\":\"oidc\"");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLogoutAtKeycloakEndsTheSessionAndItsDesktopsIfTheConfigurationSaysSo(boolean endsDesktops) {
        try (XrdpDesktop desktop = XrdpDesktop.start(folder);
                Wire wire = Wire.open();
                InstalledGateway gateway = withKeycloak(desktop, wire, endsDesktops);
                PortalVisitor visitor = PortalVisitor.at(gateway, folder)) {
            desktop.paint(ORANGE);
            // Bob's phone shows one code for half a minute, and Keycloak takes it once.
            KeycloakUser user = endsDesktops ? KeycloakUser.BOB : KeycloakUser.ALICE;
            visitor.signInAtKeycloak(user);
            Path file = visitor.connect("lab");
            try (FreeRdpClient client = FreeRdpClient.opening(file).start(folder)) {
                client.awaitColour(ORANGE, 0.8, SOON);

                keycloak.logOut(user);

                assertThat(visitor.isStranger()).isTrue();
                if (endsDesktops) {
                    assertThat(client.awaitExit(SOON)).isPresent();
                    isRefused(file, gateway, "the sign-in that the token belongs to was ended");
                } else {
                    desktop.paint(GREEN);
                    client.awaitColour(GREEN, 0.8, SOON);
                    assertThat(client.isAlive()).isTrue();
                }
            }
        }
    }

    /** Keycloak leaves the claim out for users in no group; that could be a mistake in its configuration as well. */
    @Test
    void aUserOfKeycloakWhoseGroupsAreNotToldIsRefused() {
        try (XrdpDesktop desktop = XrdpDesktop.start(folder);
                Wire wire = Wire.open();
                InstalledGateway gateway = withKeycloak(desktop, wire, true);
                PortalVisitor carol = PortalVisitor.at(gateway, folder)) {
            carol.identifyAtKeycloak(KeycloakUser.CAROL);
            assertThat(carol.text()).contains("You could not be signed in with this provider.");
            assertThat(gateway.awaitAudit(line -> line.contains("\"sign-in.refused\"")))
                    .contains("the token has no claim \\\"groups\\\"");
            assertThat(carol.isStranger()).isTrue();
        }
    }

    /** Keycloak asks alice for a password only, and dave for a one-time code as well, which it says in {@code amr}. */
    @Test
    void onlyASignInWithAOneTimeCodeApproves() {
        try (XrdpDesktop desktop = XrdpDesktop.start(folder);
                Wire wire = Wire.open();
                InstalledGateway gateway = withKeycloak(desktop, wire, true, APPROVED_BY_THEMSELVES);
                PortalVisitor alice = PortalVisitor.at(gateway, folder);
                PortalVisitor dave = PortalVisitor.at(gateway, folder)) {
            desktop.paint(ORANGE);
            alice.signInAtKeycloak(KeycloakUser.ALICE);
            try (FreeRdpClient client =
                    FreeRdpClient.opening(alice.connect("lab")).agreeing().start(folder)) {
                assertThat(alice.replies()).contains("not-me").noneMatch(reply -> reply.matches("none|[0-9]+"));
                assertThat(alice.text()).contains("sign in again with a second factor");
                assertThat(desktop.connections()).isZero();
                assertThat(client.isAlive()).isTrue();
            }
            dave.signInAtKeycloak(DAVE);
            try (FreeRdpClient client =
                    FreeRdpClient.opening(dave.connect("lab")).agreeing().start(folder)) {
                List<String> replies = dave.replies();
                String number = Wait.first(
                                SOON,
                                () -> replies.stream()
                                        .filter(reply -> client.output().contains("choose the number " + reply))
                                        .findFirst())
                        .orElseThrow(() -> new AssertionError("none of " + replies + ": " + client.output()));
                dave.reply(number);
                client.awaitColour(ORANGE, 0.8, SOON);
            }
            assertThat(gateway.awaitAudit(line -> line.contains("\"approval.given\"")))
                    .contains("\"user.name\":\"dave\"", "\"rdgw.approval.of\":\"dave\"");
        }
    }
}
