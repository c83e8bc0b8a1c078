package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainCommandTest {
    @TempDir
    private Path folder;

    private ExampleFolder example = new ExampleFolder(Path.of(""));

    @BeforeEach
    void configure() throws IOException {
        example = ExampleFolder.in(folder).withText("""
                [[listener]]
                address = "127.0.0.1:8443"
                trusted-proxies = ["127.0.0.1"]
                [[domain]]
                name = "CORP"
                realm = "corp.example.com"
                [auth]
                order = ["local"]
                [auth.local]
                accounts = "accounts"
                [[policy.rule]]
                name = "no servers"
                action = "deny"
                groups = ["contractors"]
                targets = ["10.9.0.0/16"]
                [[policy.rule]]
                name = "night"
                hours = ["22:00-06:00"]
                time-zone = "Europe/Berlin"
                targets = ["10.1.0.0/16"]
                [[policy.rule]]
                name = "strong"
                claims = ["acr=phr"]
                mfa = true
                targets = ["10.1.0.0/16"]
                [[policy.rule]]
                name = "staff"
                groups = ["staff"]
                targets = ["10.2.0.0/16"]
                idle-timeout = "2h"
                [[policy.rule]]
                name = "here"
                targets = ["127.0.0.1"]
                ports = ["*"]
                """);
    }

    private CommandRun explain(String... options) {
        List<String> all = new ArrayList<>(
                List.of("explain", "--config", example.configuration().toString()));
        all.addAll(List.of(options));
        return CommandRun.of(all.toArray(String[]::new));
    }

    @Test
    void theRuleThatAllowsIsNamedBehindThoseThatDoNot() {
        CommandRun run = explain("--user", "alice", "--group", "staff", "--target", "10.2.0.7");
        assertThat(run.err())
                .as("the account file has no alice")
                .startsWith("warning: ")
                .contains("alice");
        assertThat(run.out())
                .contains(
                        "alice (groups: staff) at ",
                        "to 10.2.0.7:3389",
                        "  1. deny  \"no servers\": no, 10.2.0.7 is not among its targets",
                        "  3. allow \"strong\": no, 10.2.0.7 is not among its targets",
                        "  4. allow \"staff\": yes",
                        "allowed: 10.2.0.7:3389 at 10.2.0.7, idle timeout 2h");
        assertThat(run.code()).isZero();
    }

    @Test
    void anAllowedConnectionMayNeedAnApproval() throws IOException {
        example = example.withText("""
                [[listener]]
                address = "127.0.0.1:8443"
                trusted-proxies = ["127.0.0.1"]
                [auth]
                order = ["local"]
                [auth.local]
                accounts = "accounts"
                [auth.paa]
                [portal]
                url = "https://gw.example.com"
                [[policy.rule]]
                name = "approved"
                targets = ["10.2.0.0/16"]
                approval = { groups = ["helpdesk"] }
                approval-mfa = true
                approval-lasts = "8h"
                """);
        assertThat(explain("--user", "alice", "--target", "10.2.0.7").out())
                .contains(
                        "allowed: 10.2.0.7:3389 at 10.2.0.7, needs approval by somebody else with a second factor at the"
                                + " portal, which lasts 8h");
        assertThat(explain("--user", "alice", "--target", "10.2.0.7", "--method", "device-ticket")
                        .out())
                .contains(", needs a session of the user at the portal or an approval by the user (device ticket)");
    }

    @Test
    void aDenialIsCode3() {
        CommandRun denied = explain("--user", "alice", "--group", "contractors", "--target", "10.9.0.1");
        assertThat(denied.code()).isEqualTo(3);
        assertThat(denied.out())
                .contains("  1. deny  \"no servers\": yes", "denied: rule \"no servers\" denies 10.9.0.1:3389");
        CommandRun none = explain("--user", "alice", "--target", "192.0.2.1");
        assertThat(none.code()).isEqualTo(3);
        assertThat(none.out()).contains("denied: no rule for this user covers 192.0.2.1:3389");
    }

    @Test
    void claimsFactorsAndTheTimeCount() {
        String[] weak = {
            "--user",
            "alice",
            "--group",
            "x",
            "--target",
            "10.1.0.7",
            "--at",
            "2026-11-27T12:00+01:00",
            "--claim",
            "acr=low",
            "--no-mfa"
        };
        assertThat(explain(weak).out()).contains("\"night\": no, Fri 12:00 in Europe/Berlin is outside its hours");
        assertThat(explain(weak).code()).isEqualTo(3);
        assertThat(explain("--user", "alice", "--target", "10.1.0.7", "--at", "2026-11-27T22:30+01:00")
                        .code())
                .isZero();
        assertThat(explain(
                                "--user",
                                "alice",
                                "--target",
                                "10.1.0.7",
                                "--at",
                                "2026-11-27T11:00Z",
                                "--claim",
                                "acr=phr",
                                "--mfa")
                        .out())
                .contains("\"strong\": yes");
    }

    @Test
    void theGatewaysOwnListenerIsNoTarget() {
        assertThat(explain("--user", "alice", "--target", "127.0.0.1:8443").out())
                .contains("denied: 127.0.0.1 is the gateway itself");
        assertThat(explain("--user", "alice", "--target", "127.0.0.1:8444").code())
                .isZero();
    }

    @Test
    void groupsOfTheAccountFileAreLookedUp() {
        assertThat(CommandRun.withInput(
                                "correct horse battery\n",
                                "user",
                                "add",
                                "bob",
                                "--group",
                                "staff",
                                "--password-stdin",
                                "--accounts",
                                example.accounts().toString())
                        .code())
                .isZero();
        assertThat(explain("--user", "bob", "--target", "10.2.0.7").out())
                .contains("bob (groups: staff) at ", "\"staff\": yes");
    }

    private CommandRun explainRules(String rules, String... options) throws IOException {
        example.withText("""
                [[listener]]
                address = "127.0.0.1:8443"
                trusted-proxies = ["127.0.0.1"]
                [metrics]
                address = "127.0.0.1:9464"
                [[domain]]
                name = "CORP"
                realm = "corp.example.com"
                [auth]
                order = ["local"]
                [auth.local]
                accounts = "accounts"
                """ + rules);
        return explain(options);
    }

    @Test
    void whatIsNotSaidIsNotKnown() throws IOException {
        String rules = """
                [[policy.rule]]
                name = "not from there"
                action = "deny"
                sources = ["192.0.2.0/24"]
                targets = ["10.0.0.0/8"]
                [[policy.rule]]
                name = "not elsewhere"
                action = "deny"
                methods = ["basic"]
                targets = ["10.9.0.0/16"]
                [[policy.rule]]
                name = "strong"
                mfa = true
                client-names = ["LAPTOP-*"]
                targets = ["10.3.0.0/16"]
                [[policy.rule]]
                name = "all"
                targets = ["10.1.0.0/16"]
                """;
        CommandRun open = explainRules(rules, "--user", "alice", "--target", "10.1.0.7");
        assertThat(open.out())
                .contains(
                        "  1. deny  \"not from there\": not known, the client's address is not known (--from)",
                        "  2. deny  \"not elsewhere\": no, 10.1.0.7 is not among its targets",
                        "  4. allow \"all\": yes",
                        "not known: allowed: 10.1.0.7:3389 at 10.1.0.7",
                        "unless \"not from there\" applies, which is not known");
        assertThat(open.code()).isEqualTo(4);
        assertThat(explain("--user", "alice", "--target", "10.1.0.7", "--from", "192.0.3.1")
                        .code())
                .isZero();
        assertThat(explain("--user", "alice", "--target", "10.1.0.7", "--from", "192.0.2.1")
                        .code())
                .isEqualTo(3);
        CommandRun strong = explain("--user", "alice", "--target", "10.3.0.7", "--from", "192.0.3.1", "--mfa");
        assertThat(strong.out())
                .contains(
                        "\"strong\": not known, the client name is not known (--client-name)",
                        "not known: denied: ",
                        "unless \"strong\" applies, which is not known");
        assertThat(strong.code()).isEqualTo(4);
        CommandRun weak = explain("--user", "alice", "--target", "10.3.0.7", "--from", "192.0.3.1", "--no-mfa");
        assertThat(weak.out()).contains("\"strong\": no, no second factor was used");
        assertThat(weak.code()).isEqualTo(3);
    }

    @Test
    void securityIdentifiersAndPrincipalNamesCount() throws IOException {
        String rules = """
                [[policy.rule]]
                name = "by SID"
                groups = ["S-1-5-21-1-2-3-512"]
                targets = ["10.1.0.0/16"]
                [[policy.rule]]
                name = "by principal name"
                users = ["alice.long@corp.example.com"]
                targets = ["10.1.0.0/16"]
                """;
        assertThat(explainRules(rules, "--user", "x", "--group", "s-1-5-21-1-2-3-512", "--target", "10.1.0.1")
                        .out())
                .contains("\"by SID\": yes");
        String[] byName = {"--user", "CORP\\alice", "--nothing-else", "--target", "10.1.0.1", "--upn"};
        assertThat(explain(with(byName, "alice.long@corp.example.com")).out()).contains("\"by principal name\": yes");
        assertThat(explain(with(byName, "alice@corp.example.com")).code()).isEqualTo(3);
    }

    /** A rule by address that cannot be looked at may deny what a rule by name allows. */
    @Test
    void aTargetWithoutAddressIsNotKnownToBeAllowed() throws IOException {
        String name = "nowhere.invalid";
        String denying = """
                [[policy.rule]]
                name = "not there"
                action = "deny"
                targets = ["10.9.0.0/16"]
                """;
        String allowing = """
                [[policy.rule]]
                name = "by name"
                targets = ["*.invalid"]
                """;
        CommandRun run = explainRules(denying + allowing, "--user", "alice", "--target", name);
        assertThat(run.out())
                .contains(
                        "  1. deny  \"not there\": not known, nowhere.invalid ",
                        "not known: allowed by name, but ",
                        "unless \"not there\" applies, which is not known");
        assertThat(run.code()).isEqualTo(4);
        CommandRun alone = explainRules(allowing, "--user", "alice", "--target", name);
        assertThat(alone.out()).contains("not known: allowed by name, but ").doesNotContain("unless");
        assertThat(alone.code()).isEqualTo(4);
        CommandRun byAddress = explainRules(denying.replace("deny", "allow"), "--user", "alice", "--target", name);
        assertThat(byAddress.out()).contains("not known: denied: ", "unless \"not there\" applies");
        assertThat(byAddress.code()).isEqualTo(4);
        assertThat(explain("--user", "alice", "--target", "10.9.0.1").code())
                .as("an address needs no look-up")
                .isZero();
    }

    /** Each of these options says something of the kind that the rule asks for, and not what it asks for. */
    @ParameterizedTest
    @CsvSource({
        "'groups = [\"contractors\"]', --group, staff, not all groups of the user are known (--group or --nothing-else)",
        "'claims = [\"amr=hwk\"]', --claim, acr=phr, not all claims of the user are known (--claim or --nothing-else)",
        "'users = [\"a.long@corp.example.com\"]', --group, x, the user principal name of the user is not known (--upn)",
        "'users = [\"a.long@elsewhere.example.com\"]', --group, x, the user principal name of the user is not known (--upn)",
    })
    void whatNobodySaidIsNotKnown(String condition, String option, String value, String why) throws IOException {
        String rules = """
                [[policy.rule]]
                name = "not these"
                action = "deny"
                targets = ["10.1.0.0/16"]
                %s
                [[policy.rule]]
                name = "all"
                targets = ["10.1.0.0/16"]
                """.formatted(condition);
        String[] question = {"--user", "CORP\\alice", "--target", "10.1.0.7", option, value};
        CommandRun open = explainRules(rules, question);
        assertThat(open.out()).contains("  1. deny  \"not these\": not known, " + why, "not known: allowed: ");
        assertThat(open.code()).isEqualTo(4);
        CommandRun closed = explain(with(question, "--nothing-else"));
        assertThat(closed.out()).contains("  1. deny  \"not these\": no, ", "\nallowed: ");
        assertThat(closed.code()).isZero();
    }

    @Test
    void aClaimIsToldWithAllItsValuesAndANameOfAnotherDomainIsNobodys() throws IOException {
        String rules = """
                [[policy.rule]]
                name = "key"
                claims = ["amr=hwk"]
                targets = ["10.1.0.0/16"]
                [[policy.rule]]
                name = "other domain"
                users = ["alice", 'CORP\\bob']
                targets = ["10.1.0.0/16"]
                """;
        String[] question = {"--user", "CORP\\alice", "--target", "10.1.0.7", "--claim", "amr=otp"};
        assertThat(explainRules(rules, question).code()).isEqualTo(3);
        assertThat(explain(with(question, "--claim=amr=hwk")).code()).isZero();
        assertThat(explain("--user", "CORP\\alice", "--target", "10.1.0.7").code())
                .isEqualTo(4);
        assertThat(explain("--user", "CORP\\bob", "--target", "10.1.0.7", "--upn", "")
                        .code())
                .isZero();
    }

    private static String[] with(String[] options, String last) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add(last);
        return all.toArray(String[]::new);
    }

    @Test
    void theListenerOfTheMetricsIsNoTarget() throws IOException {
        CommandRun run = explainRules("""
                [[policy.rule]]
                name = "here"
                targets = ["127.0.0.1"]
                ports = ["*"]
                """, "--user", "alice", "--target", "127.0.0.1:9464");
        assertThat(run.out()).contains("denied: 127.0.0.1 is the gateway itself");
    }

    @Test
    void optionsThatAreWrongAreCode2() {
        for (String[] wrong :
                new String[][] {{"--at", "yesterday"}, {"--from", "here"}, {"--claim", "acr"}, {"--from", "127.1"}}) {
            CommandRun run = explain("--user", "alice", "--target", "10.1.0.1", wrong[0], wrong[1]);
            assertThat(run.code()).describedAs(wrong[0]).isEqualTo(2);
            assertThat(run.err()).contains(wrong[0]);
        }
    }
}
