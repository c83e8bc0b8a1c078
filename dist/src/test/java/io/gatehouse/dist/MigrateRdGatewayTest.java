package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Policies as the properties of WMI that Microsoft documents become rules that allow the same, and not more. No RD
 * Gateway wrote these.
 */
class MigrateRdGatewayTest {
    @TempDir
    private Path folder;

    private static final String POLICIES = """
            {
              "caps": [
                {"Name": "second", "Order": 2, "Enabled": true, "UserGroupNames": "CORP\\\\Domain Users",
                 "PasswordAllowed": true, "SmartcardAllowed": true, "DeviceRedirectionType": 0},
                {"Name": "admins", "Order": 1, "Enabled": true, "UserGroupNames": "CORP\\\\Admins;CORP\\\\Ops",
                 "PasswordAllowed": true, "SmartcardAllowed": true, "IdleTimeout": 30, "SessionTimeout": 480,
                 "SessionTimeoutAction": 1, "DeviceRedirectionType": 2, "DiskDrivesDisabled": true,
                 "ClipboardDisabled": true},
                {"Name": "off", "Order": 3, "Enabled": false, "UserGroupNames": "CORP\\\\Everyone"}
              ],
              "raps": {
                "Name": "servers", "Enabled": true, "UserGroupNames": "CORP\\\\Admins;CORP\\\\RDP Users",
                "ResourceGroupType": "RG", "ResourceGroupName": "Servers", "PortNumbers": "3389;3390"
              },
              "groups": [{"Name": "servers", "Resources": "srv1;srv1.corp.example.com;10.9.0.5;bad name!"}],
              "server": [{"MaxConnections": 200, "UnlimitedConnections": false, "consentMessageText": "Be good.",
                "OnlyConsentCapableClients": true, "EnforceChannelBinding": true}]
            }
            """;

    private CommandRun migrated(String json) throws IOException {
        return CommandRun.of(
                "migrate",
                "rd-gateway",
                Files.writeString(folder.resolve("rd-gateway.json"), json).toString());
    }

    /** The rules in a whole configuration, which is checked. */
    private Path whole(String rules) throws IOException {
        ExampleFolder example = ExampleFolder.in(folder).withText("""
                [[listener]]
                address = "127.0.0.1:0"
                [[domain]]
                name = "CORP"
                realm = "corp.example.com"
                [auth]
                order = ["ntlm"]
                [auth.ntlm]
                accounts = "accounts"
                """ + rules);
        CommandRun check =
                CommandRun.of("check", "--config", example.configuration().toString());
        assertThat(check.code()).as(check.err()).isZero();
        return example.configuration();
    }

    /** Zero where it is allowed. Whether users are in groups that are not named here, nobody knows. */
    private static int explained(Path configuration, String user, String group, String target) {
        return CommandRun.of(
                        "explain",
                        "--config",
                        configuration.toString(),
                        "--user",
                        user,
                        "--group",
                        group,
                        "--target",
                        target)
                .code();
    }

    @Test
    void aUserNeedsAPolicyOfEachKind() throws IOException {
        CommandRun run = migrated(POLICIES);
        assertThat(run.code()).as(run.err()).isZero();
        Path configuration = whole(run.out());
        assertThat(explained(configuration, "CORP\\alice", "CORP\\Admins", "10.9.0.5"))
                .isZero();
        assertThat(explained(configuration, "CORP\\alice", "CORP\\RDP Users", "10.9.0.5:3390"))
                .isZero();
        assertThat(explained(configuration, "PARTNER\\eve", "CORP\\RDP Users", "10.9.0.5"))
                .as("in no group of a CAP: not of the domain")
                .isNotZero();
        assertThat(explained(configuration, "CORP\\alice", "CORP\\Ops", "10.9.0.5"))
                .as("a CAP, and no RAP")
                .isNotZero();
        assertThat(explained(configuration, "CORP\\alice", "CORP\\Everyone", "10.9.0.5"))
                .as("a CAP that is disabled")
                .isNotZero();
        assertThat(explained(configuration, "CORP\\alice", "CORP\\Admins", "10.9.0.6"))
                .isNotZero();
        assertThat(explained(configuration, "CORP\\alice", "CORP\\Admins", "10.9.0.5:22"))
                .isNotZero();
    }

    @Test
    void theFirstPolicyComesFirstWithItsSettings() throws IOException {
        CommandRun run = migrated(POLICIES);
        assertThat(run.out())
                .containsSubsequence("name = \"admins / servers\"", "name = \"second / servers (users of CORP)\"")
                .contains(
                        "disable = [\"drive\", \"clipboard\"]",
                        "idle-timeout = \"30m\"",
                        "session-timeout = \"480m\"",
                        "at-session-timeout = \"reauthorise\"",
                        "consent-message = \"Be good.\"\nconsent-required = true",
                        "channels = 200",
                        "ports = [\"3389\", \"3390\"]");
        assertThat(run.err())
                .contains(
                        "to do: EnforceChannelBinding:",
                        "no counterpart: CAP off: is disabled there",
                        "to do: resource group servers: \"bad name!\"",
                        "CORP\\Ops and CORP\\RDP Users");
    }

    /** What cannot be asked for here would allow more, so it is not in force. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"ComputerGroupNames\": \"CORP\\\\Laptops\"",
                "\"AllowOnlySDRServers\": true",
                "\"PasswordAllowed\": false, \"CookieAuthenticationAllowed\": true"
            })
    void conditionsThatCannotBeAskedForAreNotDropped(String condition) throws IOException {
        CommandRun run = migrated("""
                {"caps": [{"Name": "c", "UserGroupNames": "CORP\\\\a", %s}],
                 "raps": [{"Name": "r", "UserGroupNames": "CORP\\\\a", "ResourceGroupType": "ALL", "PortNumbers": "*"}]}
                """.formatted(condition));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(explained(whole(run.out()), "CORP\\alice", "CORP\\a", "10.9.0.5"))
                .isEqualTo(3);
        assertThat(run.err()).contains("no rule came of them");
    }

    @Test
    void aGroupOfComputersMustBeWrittenOut() throws IOException {
        CommandRun run = migrated("""
                {"caps": [{"Name": "c", "UserGroupNames": "a@CORP", "SmartcardAllowed": true, "PasswordAllowed": false}],
                 "raps": [{"Name": "r", "UserGroupNames": "CORP\\\\a", "ResourceGroupType": "CG",
                           "ResourceGroupName": "CORP\\\\Desktops", "PortNumbers": "3389"}]}
                """);
        assertThat(run.out())
                .contains("# [[policy.rule]]", "# methods = [\"certificate\"]")
                .doesNotContainPattern("(?m)^\\[\\[policy");
        assertThat(run.err()).contains("the computers of the group CORP\\Desktops");
    }

    /** Others are not passwords, or do not say whether one was typed. */
    @Test
    void passwordsOnlyAreTheMethodsWithPasswords() throws IOException {
        CommandRun run = migrated("""
                {"caps": [{"Name": "c", "UserGroupNames": "CORP\\\\a", "PasswordAllowed": true, "SmartcardAllowed": false}],
                 "raps": [{"Name": "r", "UserGroupNames": "CORP\\\\a", "ResourceGroupType": "ALL", "PortNumbers": "*"}]}
                """);
        assertThat(run.out()).contains("methods = [\"ntlm\", \"basic\"]");
        Path configuration = whole(run.out());
        assertThat(byMethod(configuration, "ntlm")).isZero();
        assertThat(byMethod(configuration, "certificate")).isEqualTo(3);
    }

    private static int byMethod(Path configuration, String method) {
        return CommandRun.of(
                        "explain",
                        "--config",
                        configuration.toString(),
                        "--user",
                        "CORP\\alice",
                        "--group",
                        "CORP\\a",
                        "--method",
                        method,
                        "--target",
                        "10.9.0.5")
                .code();
    }

    private static String policies(int number, String cap, String rap) {
        return "{\"caps\": [" + named(number, cap) + "], \"raps\": [" + named(number, rap) + "]}";
    }

    private static String named(int number, String properties) {
        return IntStream.range(0, number)
                .mapToObj(i -> "{\"Name\": \"n" + i + "\", " + properties + "}")
                .collect(Collectors.joining(", "));
    }

    /** Each pair of policies is a rule, and each pair of their groups is looked at. */
    @Test
    @Timeout(30)
    void filesThatMakeTooMuchAreRefused() throws IOException {
        String groups = "\"UserGroupNames\": \""
                + IntStream.range(0, 200).mapToObj(i -> "g" + i).collect(Collectors.joining(";")) + "\"";
        CommandRun pairs = migrated(policies(70, groups, groups.replace('g', 'h')));
        assertThat(pairs.code()).isEqualTo(2);
        assertThat(pairs.err()).contains("too many pairs (expected at most 1000000)");
        CommandRun large = migrated(policies(
                70,
                "\"UserGroupNames\": \"a\"",
                "\"UserGroupNames\": \"a\", \"ResourceGroupType\": \"CG\", \"ResourceGroupName\": \"" + "x".repeat(9000)
                        + "\""));
        assertThat(large.code()).isEqualTo(2);
        assertThat(large.err()).contains("more than 8388608 characters");
        CommandRun resources = migrated("{\"groups\": [{\"Name\": \"all\", \"Resources\": \"a" + ";a".repeat(1000)
                + "\"}], "
                + policies(
                                1,
                                "\"UserGroupNames\": \"a\"",
                                "\"UserGroupNames\": \"a\", \"ResourceGroupType\": \"RG\", \"ResourceGroupName\": \"all\"")
                        .substring(1));
        assertThat(resources.code()).isEqualTo(2);
        assertThat(resources.err()).contains("all has 1001 resources (expected at most 1000)");
    }

    @Test
    void aPartOfAConfigurationIsForInit() throws IOException {
        Path file = Files.writeString(folder.resolve("rd-gateway.json"), POLICIES);
        Path rules = folder.resolve("rules.toml");
        assertThat(CommandRun.of("migrate", "rd-gateway", file.toString(), "-o", rules.toString())
                        .out())
                .contains("next: gatehouse init --rules " + rules);
    }

    /** {@code >} of PowerShell 5 writes UTF-16. */
    @Test
    void utf16IsRead() throws IOException {
        Path file = folder.resolve("a.json");
        Files.write(file, ("\ufeff" + POLICIES).getBytes(StandardCharsets.UTF_16LE));
        assertThat(CommandRun.of("migrate", "rd-gateway", file.toString()).code())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<RDGateway/>",
                "[]",
                "{}",
                "{\"caps\": 1, \"raps\": []}",
                "{\"caps\": [{\"Order\": 1}], \"raps\": [{\"Name\": \"r\"}]}",
                "{\"caps\": [{\"Name\": \"c\", \"Order\": -1}], \"raps\": [{\"Name\": \"r\"}]}",
                "{\"caps\": [{\"Name\": \"c\", \"Enabled\": 7}], \"raps\": [{\"Name\": \"r\"}]}",
                "{\"caps\": [{\"Name\": \"c\", \"UserGroupNames\": \"a\"}], \"raps\": [{\"Name\": \"r\","
                        + " \"UserGroupNames\": \"a\", \"ResourceGroupType\": \"ALL\", \"PortNumbers\": \"99999\"}]}"
            })
    void wrongFilesAreCode2(String text) throws IOException {
        CommandRun run = migrated(text);
        assertThat(run.code()).as(run.toString()).isEqualTo(2);
        assertThat(run.err()).startsWith("gatehouse: ").doesNotContain("\tat ");
    }

    @Test
    void theXmlOfRdGatewayManagerIsNotGuessedAt() throws IOException {
        assertThat(migrated("<?xml version=\"1.0\"?><a/>").err()).contains("is XML", "--script");
    }

    /** The page has the script that the command prints. */
    @Test
    void theScriptIsThatOfThePage() throws IOException {
        CommandRun run = CommandRun.of("migrate", "rd-gateway", "--script");
        assertThat(run.code()).isZero();
        assertThat(Files.readString(Path.of("../docs/migration.md"))).contains(run.out());
        assertThat(CommandRun.of("migrate", "rd-gateway").code()).isEqualTo(2);
    }
}
