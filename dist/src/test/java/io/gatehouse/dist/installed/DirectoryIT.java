package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.directory.KerberosCache;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SambaMember;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import io.gatehouse.testkit.directory.TestAccount;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The users of an Active Directory domain, with the clients and credentials that they have, through the installed
 * gateway: curl with a ticket, curl and xfreerdp with a password, each checked by winbind and by a Netlogon channel.
 */
@Tag("directory")
@Timeout(240)
class DirectoryIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Color ORANGE = new Color(0xff8000);
    private static final String RULES = """
            [[policy.rule]]
            name = "direct members"
            groups = ["RDP Users"]
            targets = ["127.0.0.1"]
            ports = ["1024-65535"]
            [[policy.rule]]
            name = "nested members"
            groups = ["RDP Admins"]
            targets = ["127.0.0.1"]
            ports = ["1024-65535"]
            """;

    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    /** Who asks the domain controller about NTLM. */
    enum Validator {
        WINBIND,
        NETLOGON
    }

    @BeforeAll
    static void tools() {
        RequiredTools.assumeDesktop();
        RequiredTools.assume("curl");
        SambaMember.assume();
    }

    private static SambaDomain domain() {
        return SHARED.domain();
    }

    private static String domainTable() {
        return """
                [[domain]]
                name = "ADTEST"
                realm = "AD.TEST"
                controllers = ["%s"]
                """.formatted(domain().host());
    }

    private InstalledGateway gateway(String signIn) {
        return InstalledGateway.start(folder, domainTable() + signIn, RULES);
    }

    private String netlogon() {
        return """
                [auth]
                order = ["ntlm"]
                [auth.ntlm]
                validator = "netlogon"
                [auth.ntlm.netlogon]
                computer = "GW1"
                password = { file = "%s" }
                """.formatted(folder.write("machine-password", SambaDomain.MACHINE.password()));
    }

    private static String winbind(SambaMember member) {
        return """
                [auth]
                order = ["ntlm"]
                [auth.ntlm]
                validator = "winbind"
                [auth.ntlm.winbind]
                ntlm-auth = ["%s"]
                wbinfo = ["%s"]
                """.formatted(member.ntlmAuthProgram(), member.wbinfoProgram());
    }

    /** Runs {@code check} against a gateway with this validator. */
    private void with(Validator validator, Consumer<InstalledGateway> check) {
        switch (validator) {
            case NETLOGON -> {
                try (InstalledGateway gateway = gateway(netlogon())) {
                    check.accept(gateway);
                }
            }
            case WINBIND -> {
                try (SambaMember member = SambaMember.join(folder, domain());
                        InstalledGateway gateway = gateway(winbind(member))) {
                    check.accept(gateway);
                }
            }
        }
    }

    /** The status of a sign-in on RDG_OUT_DATA, and the headers of the answer; curl does not wait for its end. */
    private Command.Result curl(InstalledGateway gateway, Map<String, String> environment, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sk", "-m", "30", "--head", "-X", "RDG_OUT_DATA", "-D", "-"));
        command.addAll(List.of("-o", "/dev/null", "-w", "status=%{http_code}\n"));
        command.addAll(List.of("-H", "RDG-Connection-Id: {d90ec724-75bd-48dd-b9f1-38499f19f8c4}", "--http1.1"));
        command.addAll(List.of(arguments));
        command.add("https://localhost:" + gateway.port() + "/remoteDesktopGateway/");
        return Command.of(command.toArray(String[]::new))
                .withEnvironment(environment)
                .within(Duration.ofSeconds(40))
                .run(folder);
    }

    private Command.Result curlNtlm(InstalledGateway gateway, String user, String password) {
        return curl(gateway, Map.of(), "--ntlm", "-u", user + ":" + password);
    }

    private static String statuses(Command.Result result) {
        return result.output()
                .lines()
                .filter(line -> line.startsWith("HTTP/1.1 "))
                .toList()
                .toString();
    }

    @Test
    void aTicketOpensTheGatewayAndTheAnswerProvesTheGateway() {
        String signIn = """
                [auth]
                order = ["kerberos", "ntlm"]
                [auth.kerberos]
                keytab = "%s"
                """.formatted(domain().serviceKeytab()) + netlogon().replaceFirst("(?s)\\[auth]\n.*?\n", "");
        KerberosCache alice = domain().client().kinit(SambaDomain.ALICE);
        try (InstalledGateway gateway = gateway(signIn)) {
            Command.Result result = curl(gateway, alice.environment(), "--negotiate", "-u", ":");
            assertThat(result.output()).contains("HTTP/1.1 200").containsIgnoringCase("WWW-Authenticate: Negotiate oY");
            assertThat(gateway.awaitAudit(line -> line.contains("\"sign-in.accepted\"")))
                    .contains(
                            "\"user.name\":\"alice\"",
                            "\"user.domain\":\"ADTEST\"",
                            "\"rdgw.auth.method\":\"kerberos\"");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPasswordIsJudgedByTheDomain(Validator validator) {
        with(validator, gateway -> {
            assertThat(statuses(curlNtlm(gateway, "ADTEST\\alice", SambaDomain.ALICE.password())))
                    .contains("200");
            assertThat(gateway.awaitAudit(line -> line.contains("\"sign-in.accepted\"")))
                    .contains("\"user.name\":\"alice\"", "\"user.domain\":\"ADTEST\"", "\"rdgw.auth.method\":\"ntlm\"");
            refused(gateway, "ADTEST\\alice", "wrong", "bad-credentials");
            refused(gateway, "ADTEST\\nobody", "wrong", "not-known");
            refused(gateway, SambaDomain.DISABLED, "locked");
            refused(gateway, SambaDomain.MUST_CHANGE, "expired");
            refused(gateway, SambaDomain.EXPIRED, "locked");
            Command.Result foreign = curlNtlm(gateway, "ELSEWHERE\\alice", "wrong");
            assertThat(statuses(foreign)).doesNotContain("200");
            gateway.awaitAudit(line -> line.contains("\"sign-in.refused\"")
                    && line.toLowerCase(Locale.ROOT).contains("elsewhere"));
        });
    }

    private void refused(InstalledGateway gateway, TestAccount account, String failure) {
        refused(gateway, "ADTEST\\" + account.name(), account.password(), failure);
    }

    private void refused(InstalledGateway gateway, String user, String password, String failure) {
        assertThat(statuses(curlNtlm(gateway, user, password))).doesNotContain("200");
        String name = user.substring(user.indexOf('\\') + 1);
        gateway.awaitAudit(line -> line.contains("\"sign-in.refused\"")
                && line.contains("\\" + name + "\"")
                && line.contains("\"rdgw.auth.failure\":\"" + failure + "\""));
    }

    @ParameterizedTest
    @EnumSource
    void aDesktopOpensForMembersOfAGroupAndOfAGroupInAGroup(Validator validator) {
        with(validator, gateway -> {
            try (XrdpDesktop desktop = XrdpDesktop.start(folder)) {
                desktop.paint(ORANGE);
                see(gateway, desktop, SambaDomain.ALICE);
                gateway.awaitAudit(line -> line.contains("\"session.start\"") && line.contains("direct members"));
                see(gateway, desktop, SambaDomain.BOB);
                gateway.awaitAudit(line -> line.contains("\"session.start\"") && line.contains("nested members"));
                see(gateway, desktop, SambaDomain.CROWD, "E_PROXY_NAP_ACCESSDENIED");
            }
        });
    }

    private FreeRdpClient client(InstalledGateway gateway, XrdpDesktop desktop, TestAccount account) {
        return FreeRdpClient.to("127.0.0.1", desktop.port())
                .through("localhost", gateway.port())
                .as(account.name(), account.password())
                .domain("ADTEST")
                .start(folder);
    }

    private void see(InstalledGateway gateway, XrdpDesktop desktop, TestAccount account) {
        try (FreeRdpClient client = client(gateway, desktop, account)) {
            client.awaitColour(ORANGE, 0.8, SOON);
        }
    }

    private void see(InstalledGateway gateway, XrdpDesktop desktop, TestAccount account, String refusal) {
        try (FreeRdpClient client = client(gateway, desktop, account)) {
            assertThat(client.awaitExit(SOON)).isPresent();
            assertThat(client.output()).contains(refusal);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aControllerThatGoesAwayCostsNoTunnelAndIsBackByItself(Validator validator) {
        with(validator, gateway -> {
            try (XrdpDesktop desktop = XrdpDesktop.start(folder)) {
                desktop.paint(ORANGE);
                try (FreeRdpClient running = client(gateway, desktop, SambaDomain.ALICE)) {
                    running.awaitColour(ORANGE, 0.8, SOON);
                    domain().stop();
                    try {
                        assertThat(statuses(curlNtlm(gateway, "ADTEST\\bob", SambaDomain.BOB.password())))
                                .doesNotContain("200");
                        gateway.awaitAudit(
                                line -> line.contains("\"rdgw.auth.failure\":\"unavailable\"") && line.contains("bob"));
                        desktop.paint(Color.CYAN);
                        running.awaitColour(Color.CYAN, 0.8, SOON);
                    } finally {
                        domain().restart();
                    }
                    assertThat(running.isAlive()).isTrue();
                    awaitSignIn(gateway, SambaDomain.BOB);
                }
            }
        });
    }

    /** winbind takes its time before it asks a controller again that was away. */
    private void awaitSignIn(InstalledGateway gateway, TestAccount account) {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!statuses(curlNtlm(gateway, "ADTEST\\" + account.name(), account.password()))
                .contains("200")) {
            assertThat(System.nanoTime()).as("signs in again").isLessThan(end);
        }
    }
}
