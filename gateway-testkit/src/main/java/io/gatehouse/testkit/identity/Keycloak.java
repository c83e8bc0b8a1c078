package io.gatehouse.testkit.identity;

import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Keycloak, serving plain HTTP on loopback with the realm {@code gatehouse} and the users of {@link KeycloakUser}.
 *
 * <p>PKCE with S256 is required of clients; ID tokens have the claims {@code groups} and {@code amr}, which is empty
 * until {@link #nameOneTimeCodes}.
 */
public final class Keycloak implements AutoCloseable {
    static final String REALM = "gatehouse";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final OwnProcess process;
    private final Path home;
    private final URI address;
    private final KeycloakAdmin admin;

    private Keycloak(OwnProcess process, Path home, URI address) {
        this.process = process;
        this.home = home;
        this.address = address;
        this.admin = new KeycloakAdmin(address);
    }

    /** Lets the test go on only if Keycloak has been fetched. */
    public static void assume() {
        KeycloakTree.assume();
    }

    /**
     * Starts one; it answers when this returns, some ten seconds later, or ninety the first time on a machine.
     *
     * @param trusted PEM file of the authority of the servers to which it sends logout tokens
     */
    public static Keycloak start(TestFolder folder, Path trusted) {
        Path home = folder.fresh("keycloak");
        KeycloakTree.copyTo(folder, home);
        return start(folder, home, List.of("--truststore-paths=" + trusted));
    }

    static Keycloak start(TestFolder folder, Path home, List<String> more) {
        int port = freePort();
        OwnProcess process =
                OwnProcess.startServer(folder, KeycloakTree.environment(), KeycloakTree.startCommand(home, port, more));
        Keycloak keycloak = new Keycloak(process, home, URI.create("http://localhost:" + port));
        URI discovery = URI.create(keycloak.issuer() + "/.well-known/openid-configuration");
        boolean answers = Wait.until(START_LIMIT, () -> !process.isAlive() || keycloak.admin.answers(discovery));
        if (!answers || !process.isAlive()) {
            ProcessException failure = new ProcessException("no Keycloak: " + process.report());
            process.close();
            throw failure;
        }
        return keycloak;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of its programs, {@code kcadm.sh} among them. */
    public Path programs() {
        return home.resolve("bin");
    }

    /** The realm's issuer identifier. */
    public URI issuer() {
        return URI.create(address + "/realms/" + REALM);
    }

    /**
     * Registers a relying party at an address such as {@code https://localhost:8443}, with a secret of its own.
     *
     * @param callback path of the redirect URI
     * @param backChannel path of the back-channel logout URL
     * @param afterLogout path of the post-logout redirect URI
     */
    public KeycloakClient register(String id, URI address, String callback, String backChannel, String afterLogout) {
        String secret = UUID.randomUUID().toString();
        Map<String, Object> groups = Map.of(
                "name",
                "groups",
                "protocol",
                "openid-connect",
                "protocolMapper",
                "oidc-group-membership-mapper",
                "config",
                Map.of("claim.name", "groups", "full.path", "false", "id.token.claim", "true"));
        Map<String, Object> methods = Map.of(
                "name",
                "amr",
                "protocol",
                "openid-connect",
                "protocolMapper",
                "oidc-amr-mapper",
                "config",
                Map.of("id.token.claim", "true"));
        admin.post(
                "/clients",
                Map.of(
                        "clientId",
                        id,
                        "secret",
                        secret,
                        "protocol",
                        "openid-connect",
                        "standardFlowEnabled",
                        true,
                        "directAccessGrantsEnabled",
                        false,
                        "frontchannelLogout",
                        false,
                        "redirectUris",
                        List.of(address + callback),
                        "attributes",
                        Map.of(
                                "pkce.code.challenge.method",
                                "S256",
                                "post.logout.redirect.uris",
                                address + afterLogout,
                                "backchannel.logout.url",
                                address + backChannel,
                                "backchannel.logout.session.required",
                                "true"),
                        "protocolMappers",
                        List.of(groups, methods)));
        return new KeycloakClient(issuer(), id, secret);
    }

    /** Adds a user, whose phone is registered if it is known. */
    public void add(KeycloakUser user) {
        List<Map<String, Object>> credentials = new ArrayList<>();
        credentials.add(Map.of("type", "password", "value", user.password(), "temporary", false));
        user.otpSecret()
                .ifPresent(secret -> credentials.add(Map.of(
                        "type",
                        "otp",
                        "secretData",
                        KeycloakAdmin.json(Map.of("value", secret)),
                        "credentialData",
                        KeycloakAdmin.json(
                                Map.of("subType", "totp", "digits", 6, "period", 30, "algorithm", "HmacSHA1")))));
        admin.post(
                "/users",
                Map.of(
                        "username",
                        user.name(),
                        "enabled",
                        true,
                        "emailVerified",
                        true,
                        "email",
                        user.name() + "@example.test",
                        "firstName",
                        user.name(),
                        "lastName",
                        "Example",
                        "groups",
                        user.groups().stream().map(group -> "/" + group).toList(),
                        "credentials",
                        credentials));
    }

    /** From now on, {@code amr} has {@code otp} after a sign-in with a one-time code, for an hour. */
    public void nameOneTimeCodes() {
        admin.post(
                "/authentication/executions/" + admin.executionId("browser", "auth-otp-form") + "/config",
                Map.of(
                        "alias",
                        "one-time code",
                        "config",
                        Map.of("default.reference.value", "otp", "default.reference.maxAge", "3600")));
    }

    /**
     * Ends all sessions of a user, as an administrator does; Keycloak tells the relying parties on the back channel.
     */
    public void logOut(KeycloakUser user) {
        admin.post("/users/" + admin.userId(user.name()) + "/logout", Map.of());
    }

    /** How many sessions a user has now. */
    public int sessions(KeycloakUser user) {
        return admin.list("/users/" + admin.userId(user.name()) + "/sessions").size();
    }

    /** What Keycloak wrote. */
    public String log() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }
}
