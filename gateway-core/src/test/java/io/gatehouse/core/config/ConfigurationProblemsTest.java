package io.gatehouse.core.config;

import static io.gatehouse.core.config.ConfigurationLoaderTest.load;
import static io.gatehouse.core.config.ConfigurationLoaderTest.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationProblemsTest {
    private static final String LISTENER = """
            [[listener]]
            address = ":443"
            tls = { certificate = "chain.pem", key = "key.pem" }
            """;
    private static final String AUTH = """
            [auth]
            order = ["sample"]
            """;

    @Test
    void everyProblemOfAFileIsReportedInOneRun() {
        assertThat(problems(load("""
                titel = 1
                [server]
                name = "not a host"
                [[listener]]
                adress = ":443"
                tls = { certificate = "chain.pem" }
                trusted-proxies = ["10.0.0.1/8", 7]
                [[listener]]
                address = "0.0.0.0:443"
                [auth]
                order = ["smaple", "sample", "sample"]
                [auth.sample]
                channel-binding = "requird"
                password = "hunter2"
                back-ends = [{ hots = "dc1", weight = "heavy" }]
                [auth.strict]
                url = "x"
                [tunnel]
                read-size = 70000
                keepalive = 30
                consent-required = "yes"
                [limits]
                connections = 0
                login-deadline = "1 minute"
                [[policy.rule]]
                name = "a"
                users = ["DOM\\\\a\\\\b", "*"]
                targets = ["10.1.2.3/16", "127.1", "*.10.0.0.1", "a*b"]
                ports = ["rdp", "3399-3390", "0"]
                disable = ["drives"]
                idle-timeout = "0s"
                [[policy.rule]]
                name = "a"
                targets = []
                """)))
                .containsExactly(
                        "gatehouse.toml:1: titel: unknown key (expected \"server\", \"listener\", \"acme\", \"domain\", \"auth\", \"kdc-proxy\", \"tunnel\", \"limits\", \"audit\", \"log\", \"webhook\", \"metrics\", \"admin\", \"policy\", \"approval\", \"portal\", \"desktop\")",
                        "gatehouse.toml:3: server.name: \"not a host\": character U+0020 (expected letters, digits, '-', '_' and '.')",
                        "gatehouse.toml:5: listener[0].adress: unknown key (did you mean \"address\"?)",
                        "gatehouse.toml:6: listener[0].tls.key: missing (expected a PEM file, or password for a PKCS #12 file)",
                        "gatehouse.toml:7: listener[0].trusted-proxies[0]: \"10.0.0.1/8\": the address has bits beyond the prefix (expected \"10.0.0.0/8\")",
                        "gatehouse.toml:7: listener[0].trusted-proxies[1]: 7 (expected text in quotes)",
                        "gatehouse.toml:8: listener[1].tls: missing: without it everything but a loopback address needs trusted-proxies, or passwords cross the network in clear",
                        "gatehouse.toml:11: auth.order[0]: no provider \"smaple\" (installed: \"sample\", \"strict\") (did you mean \"sample\"?)",
                        "gatehouse.toml:11: auth.order[2]: provider \"sample\" is named twice",
                        "gatehouse.toml:13: auth.sample.channel-binding: \"requird\" (expected one of \"off\", \"when-offered\", \"required\") (did you mean \"required\"?)",
                        "gatehouse.toml:14: auth.sample.password: secrets cannot be written here (use { file = \"path\" } or { env = \"NAME\" })",
                        "gatehouse.toml:15: auth.sample.back-ends[0].hots: unknown key (did you mean \"host\"?)",
                        "gatehouse.toml:15: auth.sample.back-ends[0].weight: \"heavy\" (expected a whole number of at most 2147483647)",
                        "gatehouse.toml:16: auth.strict: not in auth.order, so the provider is off (name it there or remove its table)",
                        "gatehouse.toml:19: tunnel.read-size: 70000 (expected 4096 to 65535)",
                        "gatehouse.toml:20: tunnel.keepalive: 30 (expected text in quotes)",
                        "gatehouse.toml:21: tunnel.consent-required: \"yes\" (expected true or false, without quotes)",
                        "gatehouse.toml:23: limits.connections: 0 (expected at least 1)",
                        "gatehouse.toml:24: limits.login-deadline: \"1 minute\" (expected a duration such as \"30s\", \"10m\", \"2h\" or \"1d\")",
                        "gatehouse.toml:27: policy.rule[0].users[0]: \"DOM\\a\\b\": not a user name (expected alice, DOMAIN\\alice or alice@REALM)",
                        "gatehouse.toml:27: policy.rule[0].users[1]: \"*\": not a name (leave users and groups out for everyone who signed in)",
                        "gatehouse.toml:28: policy.rule[0].targets[0]: \"10.1.2.3/16\": the address has bits beyond the prefix (expected \"10.1.0.0/16\")",
                        "gatehouse.toml:28: policy.rule[0].targets[1]: \"127.1\": the last label is a number, but the name is not an address in dotted decimal form; expected a host name, \"*.example.com\", an address, a block such as \"10.1.0.0/16\" or \"*\"",
                        "gatehouse.toml:28: policy.rule[0].targets[2]: \"*.10.0.0.1\": a wildcard in front of an address (expected a block such as \"10.1.0.0/16\")",
                        "gatehouse.toml:28: policy.rule[0].targets[3]: \"a*b\": character U+002A (expected letters, digits, '-', '_' and '.'); expected a host name, \"*.example.com\", an address, a block such as \"10.1.0.0/16\" or \"*\"",
                        "gatehouse.toml:29: policy.rule[0].ports[0]: \"rdp\" (expected a port, a range such as \"3390-3399\" or \"*\")",
                        "gatehouse.toml:29: policy.rule[0].ports[1]: \"3399-3390\" (expected ports from 1 to 65535, the smaller first)",
                        "gatehouse.toml:29: policy.rule[0].ports[2]: \"0\" (expected ports from 1 to 65535, the smaller first)",
                        "gatehouse.toml:30: policy.rule[0].disable[0]: \"drives\" (expected \"drive\", \"printer\", \"port\", \"clipboard\", \"pnp\" or \"all\")",
                        "gatehouse.toml:31: policy.rule[0].idle-timeout: \"0s\" (expected a duration greater than zero)",
                        "gatehouse.toml:33: policy.rule[1].name: \"a\" is the name of policy.rule[0] too",
                        "gatehouse.toml:34: policy.rule[1].targets: empty (expected at least one target)");
    }

    @Test
    void syntaxErrorHidesNothingThatCanStillBeJudged() {
        assertThat(problems(load(LISTENER + """
                [limits]
                connections = = 5
                guess-window = "soon"
                [auth]
                order = ["sample"]
                [auth.sample
                channel-binding = "off"
                """)))
                .containsExactly(
                        "gatehouse.toml:5: Unexpected '=', expected a value",
                        "gatehouse.toml:6: limits.guess-window: \"soon\" (expected a duration such as \"30s\", \"10m\", \"2h\" or \"1d\")",
                        "gatehouse.toml:9: Unexpected end of line, expected ]");
    }

    @Test
    void duplicateKeysAndTablesAreProblems() {
        assertThat(problems(load(LISTENER + AUTH + "[audit]\nfile = \"a\"\nfile = \"b\"\n[audit]\n")))
                .containsExactly(
                        "gatehouse.toml:8: file previously defined at line 7, column 1",
                        "gatehouse.toml:9: audit previously defined at line 6, column 1");
    }

    @Test
    void emptyFileLacksListenerAndAuth() {
        assertThat(problems(load("")))
                .containsExactly(
                        "gatehouse.toml: listener: missing (expected at least one [[listener]])",
                        "gatehouse.toml: auth: missing");
    }

    @Test
    void emptyListsOfListenersAndProvidersAreProblems() {
        assertThat(problems(load("listener = []\n[auth]\norder = []\n")))
                .containsExactly(
                        "gatehouse.toml:1: listener: empty (expected at least one [[listener]])",
                        "gatehouse.toml:3: auth.order: empty (expected at least one provider, or a table [auth.paa])");
    }

    @Test
    void tableInPlaceOfAListAndTheOtherWayRoundAreProblems() {
        assertThat(problems(
                        load("[listener]\naddress = \":1\"\n[auth]\norder = \"sample\"\n[[audit]]\nfile = \"x\"\n")))
                .containsExactly(
                        "gatehouse.toml:1: listener: a table (expected tables: [[listener]])",
                        "gatehouse.toml:4: auth.order: \"sample\" (expected a list in [ ])",
                        "gatehouse.toml:5: audit: an array (expected a table)");
    }

    @Test
    void keysMissingInAProvidersTableAreReportedWhereItIsSwitchedOn() {
        assertThat(problems(load(LISTENER + "[auth]\norder = [\"strict\"]\n")))
                .containsExactly(
                        "gatehouse.toml:4: auth.strict.url: missing", "gatehouse.toml:4: auth.strict.secret: missing");
    }

    @Test
    void whatAProvidersRecordRefusesIsAProblemOfItsTable() {
        assertThat(problems(load(LISTENER + """
                [auth]
                order = ["strict"]
                [auth.strict]
                url = "ftp://x"
                secret = { env = "SAMPLE_PASSWORD" }
                """)))
                .containsExactly("gatehouse.toml:6: auth.strict: url ftp://x (expected https)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'{ env = \"NOT_SET\" }' | 'environment variable \"NOT_SET\" is not set'",
                "'{ file = \"none\" }' | 'file /etc/gatehouse/none does not exist'",
                "'{ file = \"\" }' | '\"\" (expected a path)'",
                "'{ path = \"x\" }' | 'not a reference to a secret (expected { file = \"path\" } or { env = \"NAME\" })'",
                "'{ env = \"A\", file = \"b\" }' | 'not a reference to a secret (expected { file = \"path\" } or { env = \"NAME\" })'",
            })
    void secretThatCannotBeFoundIsAProblem(String reference, String problem) {
        assertThat(problems(load(LISTENER + AUTH + "[auth.sample]\npassword = " + reference + "\n")))
                .containsExactly("gatehouse.toml:7: auth.sample.password: " + problem);
    }

    @ParameterizedTest
    @CsvSource({
        "'443', '\"443\" (expected \"host:port\", \"[v6]:port\" or \":port\")'",
        "'::1:443', '\"::1:443\" (expected \"host:port\", \"[v6]:port\" or \":port\")'",
        "'host:70000', '\"host:70000\": port 70000 (expected at most 65535)'",
        "'[10.0.0.1]:443', '\"[10.0.0.1]:443\": brackets around something that is not an IPv6 address'",
        "'127.1:443', '\"127.1:443\": the last label is a number, but the name is not an address in dotted decimal form'",
    })
    void malformedListenAddressIsAProblem(String address, String problem) {
        assertThat(problems(load(LISTENER.replace(":443", address) + AUTH)))
                .containsExactly("gatehouse.toml:2: listener[0].address: " + problem);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:80", "[::1]:80", "localhost:80", "127.8.9.10:0"})
    void loopbackListenerNeedsNoCertificate(String address) {
        assertThat(problems(load("[[listener]]\naddress = \"" + address + "\"\n" + AUTH)))
                .isEmpty();
    }

    @Test
    void listenerBehindTrustedProxiesNeedsNoCertificate() {
        assertThat(problems(load("[[listener]]\naddress = \":80\"\ntrusted-proxies = [\"10.0.0.1\"]\n" + AUTH)))
                .isEmpty();
    }

    @Test
    void proxyHeadersNeedProxiesThatAreTrusted() {
        assertThat(problems(load(LISTENER + "proxy-protocol = true\n" + AUTH)))
                .containsExactly("gatehouse.toml:4: listener[0].proxy-protocol: true without proxy-protocol-from and"
                        + " trusted-proxies (expected the addresses of the proxies that write PROXY headers: from all"
                        + " other addresses, anybody could pretend to be any client)");
        assertThat(problems(load(LISTENER + "trusted-proxies = [\"10.0.0.1\"]\nproxy-protocol = true\n" + AUTH)))
                .isEmpty();
        String apart = "proxy-protocol-from = [\"10.0.0.1\"]\n";
        assertThat(problems(load(LISTENER + apart + "proxy-protocol = true\n" + AUTH)))
                .isEmpty();
        assertThat(problems(load("[[listener]]\naddress = \":80\"\n" + apart + AUTH)))
                .isEmpty();
    }

    @Test
    void twoListenersCannotShareAnAddress() {
        assertThat(problems(load(LISTENER + LISTENER + AUTH)))
                .containsExactly("gatehouse.toml:5: listener[1].address: \":443\" is the address of listener[0] too");
    }

    @Test
    void kdcProxyCarriesToRealmsOfDomainsOnly() {
        assertThat(problems(load(LISTENER + AUTH + """
                [[domain]]
                name = "LAB"
                realm = "lab.example.com"
                [[domain]]
                name = "OTHER"
                [kdc-proxy]
                realms = ["LAB.EXAMPLE.COM", "lab.exmaple.com", "OTHER", "*", "lab.example.com"]
                """)))
                .containsExactly(
                        "gatehouse.toml:12: kdc-proxy.realms[1]: no [[domain]] has the realm \"lab.exmaple.com\" (did you mean \"LAB.EXAMPLE.COM\"?)",
                        "gatehouse.toml:12: kdc-proxy.realms[2]: no [[domain]] has the realm \"OTHER\"",
                        "gatehouse.toml:12: kdc-proxy.realms[3]: no [[domain]] has the realm \"*\"",
                        "gatehouse.toml:12: kdc-proxy.realms[4]: realm \"lab.example.com\" is named twice");
    }

    @Test
    void kdcProxyHasBounds() {
        assertThat(problems(load(LISTENER + AUTH + """
                [kdc-proxy]
                realms = []
                timeout = "21s"
                requests-per-source = 0
                concurrent-requests = -1
                """)))
                .containsExactly(
                        "gatehouse.toml:7: kdc-proxy.realms: empty (expected at least one realm of a [[domain]])",
                        "gatehouse.toml:8: kdc-proxy.timeout: \"21s\" (expected 1s to 20s)",
                        "gatehouse.toml:9: kdc-proxy.requests-per-source: 0 (expected at least 1)",
                        "gatehouse.toml:10: kdc-proxy.concurrent-requests: -1 (expected at least 1)");
        assertThat(problems(load(LISTENER + AUTH + "[kdc-proxy]\ntimeout = \"999ms\"\n")))
                .containsExactly(
                        "gatehouse.toml:6: kdc-proxy.realms: missing",
                        "gatehouse.toml:7: kdc-proxy.timeout: \"999ms\" (expected 1s to 20s)");
    }

    @Test
    void tokensHaveBounds() {
        assertThat(problems(load(LISTENER + """
                [auth]
                order = []
                [auth.paa]
                hosts = ["a b", "gw.example.com"]
                lifetime = "0s"
                reconnects = -1
                """)))
                .containsExactly(
                        "gatehouse.toml:7: auth.paa.hosts[0]: \"a b\": character U+0020 (expected letters, digits, '-',"
                                + " '_' and '.')",
                        "gatehouse.toml:8: auth.paa.lifetime: \"0s\" (expected a duration greater than zero)",
                        "gatehouse.toml:9: auth.paa.reconnects: -1 (expected at least 0)");
    }

    @Test
    void aListOfWhichNothingCanBeReadIsNotTakenForEmpty() {
        assertThat(problems(load("""
                [[listener]]
                address = ":80"
                trusted-proxies = ["10.0.0.1/8"]
                """ + AUTH + """
                [[policy.rule]]
                name = "a"
                targets = ["a b"]
                """)))
                .containsExactly(
                        "gatehouse.toml:3: listener[0].trusted-proxies[0]: \"10.0.0.1/8\": the address has bits beyond the"
                                + " prefix (expected \"10.0.0.0/8\")",
                        "gatehouse.toml:8: policy.rule[0].targets[0]: \"a b\": character U+0020 (expected letters, digits,"
                                + " '-', '_' and '.'); expected a host name, \"*.example.com\", an address, a block such as"
                                + " \"10.1.0.0/16\" or \"*\"");
    }

    @Test
    void problemStaysOnOneLineWhateverTheKey() {
        assertThat(problems(load(LISTENER + AUTH + "[audit]\n\"a\\nb\" = 1\n")))
                .containsExactly("gatehouse.toml:7: audit.a\\u000ab: unknown key (expected \"file\", \"rotate-size\","
                        + " \"rotate-every\", \"keep\", \"on-full\", \"syslog\")");
    }

    @Test
    void approvalsAreGivenAtAPortalOnTermsThatMeanSomething() {
        assertThat(problems(load(LISTENER + AUTH + """
                [approval]
                client-wait = "1m"
                answer-within = "30s"
                pending = 0
                [[policy.rule]]
                name = "self"
                targets = ["*"]
                approval = "self"
                [[policy.rule]]
                name = "typing mistake"
                targets = ["*"]
                approval = "me"
                approval-mfa = true
                [[policy.rule]]
                name = "nobody"
                targets = ["*"]
                approval = { groups = [] }
                [[policy.rule]]
                name = "missing"
                targets = ["*"]
                approval = {}
                [[policy.rule]]
                name = "no word and no table"
                targets = ["*"]
                approval = true
                [[policy.rule]]
                name = "terms alone"
                targets = ["*"]
                approval-lasts = "0s"
                approval-methods = ["sample"]
                approval-without-number = "exempt"
                [[policy.rule]]
                name = "denies"
                action = "deny"
                targets = ["*"]
                approval = "self"
                """)))
                .contains(
                        "gatehouse.toml:8: approval.answer-within: 30s is shorter than client-wait (expected at least 1m)",
                        "gatehouse.toml:9: approval.pending: 0 (expected at least 1)",
                        "gatehouse.toml:13: policy.rule[0].approval: approvals are given at the portal, so it needs a table [portal]",
                        "gatehouse.toml:17: policy.rule[1].approval: \"me\" (expected \"self\" or { groups = [\"name\"] })",
                        "gatehouse.toml:22: policy.rule[2].approval.groups: empty (expected at least one group, or approval = \"self\")",
                        "gatehouse.toml:26: policy.rule[3].approval.groups: missing",
                        "gatehouse.toml:30: policy.rule[4].approval: true (expected text in quotes or a table in { })",
                        "gatehouse.toml:34: policy.rule[5].approval-lasts: \"0s\" (expected at least 1s)",
                        "gatehouse.toml:35: policy.rule[5].approval-methods: no approval (expected approval = \"self\" or no such key)",
                        "gatehouse.toml:41: policy.rule[6].approval: in a rule that denies (expected no such key, or action = \"allow\")");
    }

    @Test
    void aPortalNeedsTokens() {
        assertThat(problems(load(LISTENER + AUTH + "[portal]\nurl = \"https://gw.example.com\"\n")))
                .containsExactly("gatehouse.toml:6: portal: its files carry tokens, so it needs a table [auth.paa]");
    }

    @Test
    void problemsOfThePortal() {
        assertThat(problems(load(LISTENER + AUTH + """
                [portal]
                url = "http://gw.example.com/portal"
                title = " "
                accent = "blue"
                logo = "logo.exe"
                idle-timeout = "0s"
                gateway = "a b"
                [[desktop]]
                name = "Win 11"
                host = "{user}-{user}.test"
                port = 0
                icon = "window"
                [[desktop]]
                name = "a"
                host = "a"
                [[desktop]]
                name = "a"
                host = "a"
                """)))
                .containsExactly(
                        "gatehouse.toml:7: portal.url: \"http://gw.example.com/portal\" (expected https://host or"
                                + " https://host:port)",
                        "gatehouse.toml:8: portal.title: \" \" (expected 1 to 100 characters without control"
                                + " characters)",
                        "gatehouse.toml:9: portal.accent: \"blue\" (expected a colour as #rrggbb)",
                        "gatehouse.toml:10: portal.logo: \"/etc/gatehouse/logo.exe\" (expected .svg, .png, .jpg or"
                                + " .webp)",
                        "gatehouse.toml:11: portal.idle-timeout: \"0s\" (expected a duration greater than zero)",
                        "gatehouse.toml:12: portal.gateway: \"a b\": character U+0020 (expected letters, digits, '-',"
                                + " '_' and '.')",
                        "gatehouse.toml:14: desktop[0].name: \"Win 11\" (expected 1 to 64 lower-case letters, digits,"
                                + " '-' and '_')",
                        "gatehouse.toml:15: desktop[0].host: \"{user}-{user}.test\": {user} twice",
                        "gatehouse.toml:16: desktop[0].port: 0 (expected 1 to 65535)",
                        "gatehouse.toml:17: desktop[0].icon: \"window\" (expected one of \"windows\", \"linux\","
                                + " \"server\", \"app\") (did you mean \"windows\"?)",
                        "gatehouse.toml:22: desktop[2].name: \"a\" is the name of desktop[1] too");
    }

    @Test
    void problemsOfWaking() {
        assertThat(problems(load(LISTENER + AUTH + """
                [[desktop]]
                name = "a"
                host = "a"
                wake-address = "192.0.2.255"
                wake-password = { env = "WAKE_PASSWORD" }
                [[desktop]]
                name = "b"
                host = "b"
                mac = "01:00:5e:00:00:01"
                wake-address = "lan"
                wake-wait = "1s"
                [[desktop]]
                name = "c"
                host = "pc-{user}"
                mac = "00:11:22:33:44"
                wake-command = []
                [[desktop]]
                name = "d"
                host = "pc-{user}"
                mac = "00:11:22:33:44:55"
                wake-password = { env = "SAMPLE_PASSWORD" }
                wake-command = ["ipmitool", "power", "o\\u0000n"]
                wake-command-timeout = "0s"
                [[policy.rule]]
                name = "no"
                action = "deny"
                targets = ["*"]
                wake = true
                """)))
                .containsExactly(
                        "gatehouse.toml:9: desktop[0].wake-address: no mac (expected the MAC address of the network card,"
                                + " mac = \"...\")",
                        "gatehouse.toml:10: desktop[0].wake-password: no mac (expected the MAC address of the network card,"
                                + " mac = \"...\")",
                        "gatehouse.toml:14: desktop[1].mac: \"01:00:5e:00:00:01\": a multicast address (expected that of a"
                                + " network card)",
                        "gatehouse.toml:15: desktop[1].wake-address: \"lan\" (expected an address such as"
                                + " \"192.168.1.255\" or \"192.168.1.255:7\")",
                        "gatehouse.toml:16: desktop[1].wake-wait: \"1s\" (expected 5s to 10m)",
                        "gatehouse.toml:20: desktop[2].mac: \"00:11:22:33:44\" (expected six pairs of hexadecimal digits"
                                + " such as \"00:11:22:33:44:55\")",
                        "gatehouse.toml:21: desktop[2].wake-command: empty (expected the full path of a program)",
                        "gatehouse.toml:25: desktop[3].mac: one network card for the machines of several users (expected a"
                                + " host without {user}, or wake-command)",
                        "gatehouse.toml:26: desktop[3].wake-password: not a SecureOn password (expected six pairs of"
                                + " hexadecimal digits such as \"00:11:22:33:44:55\", or four numbers such as"
                                + " \"192.0.2.1\")",
                        "gatehouse.toml:27: desktop[3].wake-command[0]: \"ipmitool\" (expected the full path of a program,"
                                + " which no shell reads)",
                        "gatehouse.toml:27: desktop[3].wake-command[2]: \"o\\u0000n\" (expected no NUL character)",
                        "gatehouse.toml:28: desktop[3].wake-command-timeout: \"0s\" (expected 1s to 10m)",
                        "gatehouse.toml:33: policy.rule[0].wake: in a rule that denies (expected no such key, or"
                                + " action = \"allow\")");
    }

    @Test
    void problemsOfOneTimeCodes() {
        assertThat(problems(load(LISTENER + AUTH + """
                [auth.paa]
                [portal]
                url = "https://gw.example.com"
                [portal.totp]
                groups = [""]
                enrolment = "first"
                algorithm = "md5"
                digits = 5
                issuer = "a:b"
                """)))
                .containsExactly(
                        "gatehouse.toml:10: portal.totp.groups[0]: \"\": empty, or space around the name",
                        "gatehouse.toml:11: portal.totp.enrolment: \"first\" (expected one of \"ticket\", \"sign-in\")",
                        "gatehouse.toml:12: portal.totp.algorithm: \"md5\" (expected one of \"sha1\", \"sha256\","
                                + " \"sha512\")",
                        "gatehouse.toml:13: portal.totp.digits: 5 (expected 6 to 8)",
                        "gatehouse.toml:14: portal.totp.issuer: \"a:b\" (expected no colon)");
    }

    @Test
    void problemsOfGrants() {
        assertThat(problems(load(LISTENER + AUTH + """
                [auth.paa]
                [portal]
                url = "https://gw.example.com"
                [portal.grants]
                desktops = ["a", "b"]
                longest = "31d"
                at-end = "end"
                methods = [" "]
                disable = ["sound"]
                idle-timeout = "0s"
                [[desktop]]
                name = "a"
                host = "a"
                """)))
                .containsExactly(
                        "gatehouse.toml:9: portal.grants.approver-groups: nobody can approve (expected approver-groups,"
                                + " approver-users or both)",
                        "gatehouse.toml:10: portal.grants.desktops[1]: no [[desktop]] has the name \"b\" (did you mean"
                                + " \"a\"?)",
                        "gatehouse.toml:11: portal.grants.longest: \"31d\" (expected 1m to 30d)",
                        "gatehouse.toml:12: portal.grants.at-end: \"end\" (expected one of \"disconnect\","
                                + " \"continue\")",
                        "gatehouse.toml:13: portal.grants.methods[0]: \" \": empty, or space around the name",
                        "gatehouse.toml:14: portal.grants.disable[0]: \"sound\" (expected \"drive\", \"printer\","
                                + " \"port\", \"clipboard\", \"pnp\" or \"all\")",
                        "gatehouse.toml:15: portal.grants.idle-timeout: \"0s\" (expected a duration greater than zero)");
    }

    @Test
    void problemsOfTheAdminArea() {
        assertThat(problems(load(LISTENER + AUTH + """
                [auth.paa]
                [portal]
                url = "https://gw.example.com"
                [portal.admin]
                sign-in-age = "0s"
                documentation = "javascript:alert(1)"
                [[portal.admin.rule]]
                role = "root"
                users = ["alice"]
                [[portal.admin.rule]]
                users = ["alice"]
                [[portal.admin.rule]]
                role = "viewer"
                mfa = true
                """)))
                .containsExactly(
                        "gatehouse.toml:10: portal.admin.sign-in-age: \"0s\" (expected a duration greater than zero)",
                        "gatehouse.toml:11: portal.admin.documentation: \"javascript:alert(1)\" (expected an address with"
                                + " https:// or http://)",
                        "gatehouse.toml:13: portal.admin.rule[0].role: \"root\" (expected one of \"viewer\","
                                + " \"operator\", \"admin\")",
                        "gatehouse.toml:15: portal.admin.rule[1].role: missing",
                        "gatehouse.toml:17: portal.admin.rule[2]: names nobody (expected users, groups or both)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            127.0.0.1:9115 | false |
            127.3.2.1:9115 | false |
            [::1]:9115 | false |
            localhost:9115 | false |
            :9115 | true |
            192.0.2.1:9115 | true |
            :9115 | false | gatehouse.toml:7: metrics.address: ":9115" (expected a loopback address, or allow-remote = true: the page needs no sign-in)
            192.0.2.1:9115 | false | gatehouse.toml:7: metrics.address: "192.0.2.1:9115" (expected a loopback address, or allow-remote = true: the page needs no sign-in)
            example.com:9115 | false | gatehouse.toml:7: metrics.address: "example.com:9115" (expected a loopback address, or allow-remote = true: the page needs no sign-in)
            9115 | false | gatehouse.toml:7: metrics.address: "9115" (expected "host:port", "[v6]:port" or ":port")
            :443 | true | gatehouse.toml:7: metrics.address: ":443" is the address of listener[0] too
            """)
    void metricsAreShownToThisMachineUnlessTheFileSaysOtherwise(
            String address, boolean remote, @Nullable String problem) {
        assertThat(problems(
                        load(LISTENER + AUTH + "[metrics]\naddress = \"" + address + "\"\nallow-remote = " + remote)))
                .isEqualTo(problem == null ? List.of() : List.of(problem));
    }

    private static List<String> acmeProblems(String listenerTls, String acme) {
        return problems(load("[[listener]]\naddress = \":443\"\ntls = { " + listenerTls + " }\n" + acme + AUTH))
                .stream()
                .map(problem -> problem.substring(problem.indexOf(' ') + 1))
                .toList();
    }

    @Test
    void whereACertificateComesFromIsSaidOnceAndInFull() {
        assertThat(acmeProblems("acme = true", "[acme]\nagree-to-terms = true\nnames = [\"gw.example.com\"]\n"))
                .isEmpty();
        assertThat(acmeProblems("acme = true", ""))
                .containsExactly("listener[0].tls.acme: true, but there is no table [acme]");
        assertThat(acmeProblems("acme = true, certificate = \"a.pem\"", "[acme]\n"))
                .containsExactly(
                        "listener[0].tls.acme: true beside certificate, key, password or self-signed (expected either"
                                + " [acme] or files)",
                        "acme.agree-to-terms: false (expected true: ACME servers make accounts only for those who agree"
                                + " to their terms of service)",
                        "acme.names: missing (expected the names of the certificate, or name in [server])");
        assertThat(acmeProblems("", ""))
                .containsExactly(
                        "listener[0].tls.certificate: missing (expected a file, or acme = true with a table [acme])",
                        "listener[0].tls.key: missing (expected a PEM file, or password for a PKCS #12 file)");
        assertThat(acmeProblems(
                        "certificate = \"a.pfx\", key = \"a.key\", password = { env = \"SAMPLE_PASSWORD\" }", ""))
                .containsExactly("listener[0].tls.password: with key (expected one of them: PKCS #12 files have the key"
                        + " in them, and keys in PEM files must not be encrypted)");
    }

    @Test
    void whatAnAcmeServerWouldRefuseIsSaidBeforeItIsAsked() {
        assertThat(acmeProblems("acme = true", """
                        [acme]
                        agree-to-terms = true
                        names = ["gw.example.com", "localhost", "192.0.2.1"]
                        email = "admin"
                        directory = "http://acme.example.com/directory"
                        challenge = "http-01"
                        http-address = ":443"
                        eab-kid = "1"
                        """))
                .contains(
                        "acme.directory: \"http://acme.example.com/directory\" (expected https://host/path without a user"
                                + " name)");
        assertThat(acmeProblems("acme = true", """
                        [acme]
                        agree-to-terms = true
                        names = ["gw.example.com", "localhost", "192.0.2.1"]
                        email = "admin"
                        challenge = "http-01"
                        http-address = ":443"
                        eab-kid = "1"
                        """))
                .containsExactlyInAnyOrder(
                        "acme.names[1]: \"localhost\" (expected a full DNS name, such as \"gw.example.com\")",
                        "acme.names[2]: \"192.0.2.1\" (expected a full DNS name, such as \"gw.example.com\")",
                        "acme.email: \"admin\" (expected one address, such as \"admin@example.com\")",
                        "acme.http-address: \":443\" is the address of listener[0] too",
                        "acme.eab-hmac-key: missing (expected eab-kid and eab-hmac-key, or neither)");
    }
}
