package io.gatehouse.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Secret;
import io.gatehouse.core.config.ConfigurationLoader.Invalid;
import io.gatehouse.core.config.ConfigurationLoader.Loaded;
import io.gatehouse.core.config.ConfigurationLoader.Result;
import io.gatehouse.core.grant.GrantTerms;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.policy.AccountMatcher;
import io.gatehouse.core.policy.AtHoursEnd;
import io.gatehouse.core.tsgu.RedirectionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationLoaderTest {
    private static final Path DIRECTORY = Path.of("/etc/gatehouse");
    private static final String SMALLEST = """
            [[listener]]
            address = ":443"
            tls = { certificate = "chain.pem", key = "key.pem" }
            [auth]
            order = ["sample"]
            """;

    @Test
    void smallestFileGetsEveryDefault() {
        Loaded loaded = loaded(SMALLEST);
        GatewayConfig gateway = loaded.configuration().gateway();
        assertThat(gateway.server().name()).isEmpty();
        assertThat(gateway.listener().getFirst().tls().orElseThrow().certificate())
                .contains(Path.of("/etc/gatehouse/chain.pem"));
        assertThat(gateway.tunnel().keepalive()).isEqualTo(Duration.ofSeconds(30));
        assertThat(gateway.tunnel().readSize()).isEqualTo(65480);
        assertThat(gateway.limits().bytesBeforeLogin()).isEqualTo(1_048_576);
        assertThat(gateway.audit().file()).isEmpty();
        assertThat(loaded.configuration().providers())
                .containsExactly(Map.entry(
                        "sample",
                        new Sample(
                                Path.of("/etc/gatehouse/accounts.txt"),
                                Sample.Binding.WHEN_OFFERED,
                                Optional.empty(),
                                List.of())));
        assertThat(loaded.configuration().directory()).isEqualTo(DIRECTORY);
    }

    @Test
    void fileWithoutRulesIsLegalButGetsAWarning() {
        assertThat(loaded(SMALLEST).warnings())
                .extracting(Problem::toString)
                .containsExactly("gatehouse.toml: policy: no [[policy.rule]]: every connection is refused");
    }

    /** A grant is a rule that lets its user connect and wake. */
    @Test
    void fileWithoutRulesButWithGrantsGetsNoWarning() {
        String desktop = "[[desktop]]\nname = \"pc\"\nhost = \"pc.test\"\nmac = \"00:11:22:33:44:55\"\n";
        assertThat(loaded(SMALLEST + desktop).warnings())
                .extracting(Problem::message)
                .containsExactlyInAnyOrder(
                        "no [[policy.rule]]: every connection is refused",
                        "no [[policy.rule]] has wake = true: nobody can wake a desktop");
        assertThat(loaded(SMALLEST + """
                [auth.paa]
                [portal]
                url = "https://gw.example.com"
                [portal.grants]
                desktops = ["pc"]
                approver-groups = ["staff"]
                """ + desktop).warnings()).isEmpty();
    }

    @Test
    void wakingThatIsHardlyMeantGetsAWarning() {
        String desktop = "[[desktop]]\nname = \"NAME\"\nhost = \"pc.test\"\nmac = \"00:11:22:33:44:55\"\n";
        assertThat(loaded(SMALLEST + desktop.replace("NAME", "a") + """
                wake-command = ["/bin/true"]
                wake-wait = "20s"
                """ + desktop.replace("NAME", "b")
                                + desktop.replace("NAME", "c") + """
                port = 3390
                [[policy.rule]]
                name = "all"
                targets = ["*"]
                wake = true
                """)
                        .warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "gatehouse.toml:6: desktop[0].wake-command-timeout: longer than wake-wait: the computer counts"
                                + " as not woken while its command still runs",
                        "gatehouse.toml:19: desktop[2].mac: also the card of pc.test:3389: the computer is woken for"
                                + " each host and port by itself");
    }

    @Test
    void formerWordsForMethodsStillWorkAndGetAWarning() {
        Loaded loaded = loaded(SMALLEST + """
                [[policy.rule]]
                name = "all"
                methods = ["Token", "sspi-ntlm", "basic"]
                targets = ["*"]
                """);
        assertThat(loaded.configuration().policyRules().getFirst().methods())
                .containsExactlyInAnyOrder("paa", "ntlm", "basic");
        assertThat(loaded.warnings())
                .extracting(Problem::message)
                .containsExactly("\"Token\": called \"paa\" now", "\"sspi-ntlm\": called \"ntlm\" now");
    }

    @Test
    void aMethodOfNoProviderOfTheOrderGetsAWarning() {
        assertThat(loaded(SMALLEST + """
                [[policy.rule]]
                name = "all"
                methods = ["NTLM", "paa", "strict", "sample"]
                targets = ["*"]
                """).warnings())
                .extracting(Problem::message)
                .containsExactly(
                        "\"strict\": the sign-in method of \"strict\", which is not in auth.order (expected one of"
                                + " \"basic\", \"ntlm\", \"paa\"; leave methods out for all)",
                        "\"sample\": no sign-in method has this name (expected one of \"basic\", \"ntlm\", \"paa\";"
                                + " leave methods out for all)");
    }

    @Test
    void anApprovalThatAPasswordGivesGetsAWarning() {
        String portal = SMALLEST + "[auth.paa]\n[portal]\nurl = \"https://gw.example.com\"\n";
        String rule = "[[policy.rule]]\nname = \"own\"\ntargets = [\"*\"]\napproval = \"self\"\n";
        assertThat(loaded(portal + rule).warnings()).extracting(Problem::key).contains("policy.rule[0].approval");
        assertThat(loaded(portal + rule + "approval-mfa = true\n").warnings())
                .extracting(Problem::key)
                .doesNotContain("policy.rule[0].approval");
        assertThat(loaded(portal + "[portal.totp]\nenrolment = \"sign-in\"\n" + rule + "approval-mfa = true\n")
                        .warnings())
                .extracting(Problem::key)
                .contains("policy.rule[0].approval-mfa");
        assertThat(loaded(portal + rule + "approval-methods = [\"paa\"]\n").warnings())
                .extracting(Problem::key)
                .doesNotContain("policy.rule[0].approval");
    }

    private static List<String> findings(String rule) {
        String text = SMALLEST + "[[policy.rule]]\nname = \"it\"\n" + rule;
        return switch (load(text)) {
            case ConfigurationLoader.Loaded(var _, List<Problem> warnings) ->
                warnings.stream()
                        .map(problem -> "warning: " + problem.key() + ": " + problem.message())
                        .toList();
            case ConfigurationLoader.Invalid(List<Problem> problems) ->
                problems.stream()
                        .map(problem -> problem.key() + ": " + problem.message())
                        .toList();
        };
    }

    @Test
    void conditionsThatCannotBeMeantAreSaid() {
        assertThat(findings("targets = [\"*\"]\nhours = [\"08:00-18:00\"]\n"))
                .containsExactly(
                        "policy.rule[0].hours: no time-zone (expected a name such as time-zone = \"Europe/Berlin\")");
        assertThat(findings("targets = [\"*\"]\ntime-zone = \"UTC\"\n"))
                .singleElement()
                .asString()
                .startsWith("policy.rule[0].time-zone: no hours");
        assertThat(findings("targets = [\"*\"]\nhours = [\"08:00-18:00\"]\ntime-zone = \"Berlin\"\n"))
                .singleElement()
                .asString()
                .contains("\"Berlin\" is no time zone of the IANA database");
        assertThat(findings("targets = [\"*\"]\ndesktops = [\"win11\"]\n"))
                .containsExactly("policy.rule[0].desktops[0]: no [[desktop]] has the name \"win11\"");
        assertThat(findings("targets = [\"pc-{user}\"]\ndomains = [\"A\", \"B\"]\n"))
                .singleElement()
                .asString()
                .startsWith("policy.rule[0].targets[0]: \"pc-{user}\": {user} in a rule for 2 domains");
        assertThat(findings("targets = [\"{user}-{domain}.example.com\"]\n"))
                .singleElement()
                .asString()
                .contains("{user} and {domain} in one label");
        assertThat(findings("action = \"deny\"\ntargets = [\"*\"]\nidle-timeout = \"1h\"\nchannels-per-user = 1\n"))
                .containsExactly(
                        "policy.rule[0].idle-timeout: in a rule that denies (expected no such key, or action = \"allow\")",
                        "policy.rule[0].channels-per-user: in a rule that denies (expected no such key, or action ="
                                + " \"allow\")");
        assertThat(findings("targets = [\"*\"]\naction = \"permit\"\n"))
                .singleElement()
                .asString()
                .contains("expected one of \"allow\", \"deny\"");
    }

    @Test
    void aRuleThatReliesOnNamesOfClientsAloneGetsAWarning() {
        assertThat(findings("targets = [\"*\"]\nclient-names = [\"LAPTOP-*\"]\n"))
                .singleElement()
                .asString()
                .startsWith("warning: policy.rule[0].client-names: the only condition about the client, and nobody"
                        + " verifies it");
        assertThat(findings("targets = [\"*\"]\nclient-names = [\"LAPTOP-*\"]\ngroups = [\"staff\"]\n"))
                .isEmpty();
        assertThat(findings("targets = [\"*\"]\nclient-names = [\"LAPTOP-*\"]\naction = \"deny\"\n"))
                .containsExactly(
                        "warning: policy.rule[0].client-names: a rule that denies by the name that the client says:"
                                + " any client can say another one");
    }

    private List<String> denying(String rule) {
        return findings("action = \"deny\"\ntargets = [\"*\"]\n" + rule);
    }

    /** Nobody complains of a rule that denies nobody. */
    @Test
    void aRuleThatDeniesNobodyIsAnError() {
        assertThat(denying("users = [\"everyone\"]\n"))
                .singleElement()
                .asString()
                .startsWith("policy.rule[0].users[0]: \"everyone\": only an account of this very name matches");
        assertThat(denying("groups = [\"*\"]\n")).singleElement().asString().startsWith("policy.rule[0].groups[0]");
        assertThat(denying("users = ['CORP\\*']\n")).first().asString().startsWith("policy.rule[0].users[0]");
        assertThat(findings("action = \"deny\"\ntargets = [\"any\"]\n"))
                .singleElement()
                .asString()
                .startsWith("policy.rule[0].targets[0]");
        assertThat(denying("methods = [\"nltm\"]\n"))
                .singleElement()
                .asString()
                .startsWith("policy.rule[0].methods[0]: \"nltm\": no sign-in method has this name");
        assertThat(denying("hours = [\"08:00-18:00\"]\ntime-zone = \"UTC\"\nat-hours-end = \"continue\"\n"))
                .singleElement()
                .asString()
                .startsWith("policy.rule[0].at-hours-end: in a rule that denies");
        assertThat(denying("at-session-timeout = \"reauthorise\"\n"))
                .singleElement()
                .asString()
                .startsWith("policy.rule[0].at-session-timeout: in a rule that denies");
    }

    @Test
    void domainsThatNoTableHasAndAccountsWithoutTheirDomainGetAWarning() {
        String corp = "[[domain]]\nname = \"CORP\"\nrealm = \"corp.example.com\"\n";
        assertThat(findings("targets = [\"*\"]\ndomains = [\"CROP\", \".\", \"corp.example.com\"]\n" + corp))
                .containsExactly(
                        "warning: policy.rule[0].domains[0]: no [[domain]] has the name \"CROP\" (did you mean \"CORP\"?)");
        assertThat(findings("targets = [\"*\"]\nusers = ['CROP\\alice', 'bob', 'corp\\carol']\n" + corp))
                .containsExactly(
                        "warning: policy.rule[0].users[0]: no [[domain]] has the name \"CROP\" (did you mean \"CORP\"?)");
        assertThat(findings("targets = [\"*\"]\ngroups = ['CROP\\staff', 'staff', '\\odd']\n" + corp))
                .containsExactly(
                        "warning: policy.rule[0].groups[0]: no [[domain]] has the name \"CROP\" (did you mean \"CORP\"?)");
        assertThat(denying("users = [\"bob\"]\n" + corp))
                .containsExactly(
                        "warning: policy.rule[0].users[0]: \"bob\": denies the account without a domain only (expected"
                                + " 'CORP\\bob' for the account of the domain)");
        assertThat(denying("users = [\"bob\"]\n")).isEmpty();
        assertThat(findings("targets = [\"*\"]\ndomains = [\"\"]\n"))
                .containsExactly(
                        "policy.rule[0].domains[0]: \"\" (expected the name of a domain, or \".\" for accounts without"
                                + " one)");
        assertThat(denying("desktops = [\"win11\"]\nmfa = true\n[[desktop]]\nname = \"win11\"\nhost = \"pc\"\n"))
                .anyMatch(line -> line.startsWith("warning: policy.rule[0].desktops: a rule that denies"))
                .anyMatch(
                        line -> line.startsWith("warning: policy.rule[0].mfa: denies those who used a second factor"));
    }

    @Test
    void ruleGetsDefaultPort() {
        Loaded loaded = loaded(SMALLEST + "[[policy.rule]]\nname = \"all\"\ntargets = [\"*\"]\n");
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.configuration().gateway().policy().rule().getFirst().ports())
                .contains(List.of(new PortRange(3389, 3389)));
        assertThat(loaded.configuration().policyRules()).hasSize(1);
    }

    @Test
    void kdcProxyIsOffUnlessItsTableIsThere() throws IOException {
        assertThat(loaded(SMALLEST).configuration().gateway().kdcProxy()).isEmpty();
        assertThat(loaded(SMALLEST).configuration().kdcProxyDomains()).isEmpty();
        assertThat(loaded(fullFile()).configuration().kdcProxyDomains())
                .extracting(Domain::name)
                .containsExactly("LAB");
    }

    @Test
    void rulesKnowTheNamesOfConfiguredDomains() {
        Loaded loaded = loaded(SMALLEST + """
                [[policy.rule]]
                name = "one"
                users = ['lab.example.com\\alice', "bob@example.com"]
                targets = ["*"]
                [[domain]]
                name = "LAB"
                realm = "lab.example.com"
                aliases = ["example.com"]
                """);
        assertThat(loaded.configuration().policyRules().getFirst().users())
                .containsExactly(
                        new AccountMatcher.InDomain("lab", "alice"),
                        new AccountMatcher.WithSuffix("bob", "example.com", "lab"));
    }

    @Test
    void fullFileSetsEveryKeyToSomethingElseThanItsDefault() throws IOException {
        GatewayConfig full = loaded(fullFile()).configuration().gateway();
        assertThat(full.portal().flatMap(PortalConfig::grants).map(GrantsConfig::terms))
                .contains(new GrantTerms(
                        Set.of("sample"),
                        true,
                        RedirectionFlag.DISABLE_CLIPBOARD.bit() | RedirectionFlag.DISABLE_DRIVE.bit(),
                        Optional.of(Duration.ofMinutes(20)),
                        Optional.of(Duration.ofHours(2)),
                        AtHoursEnd.CONTINUE));
        List<String> forgotten = new ArrayList<>();
        findForgotten(full, "", forgotten);
        assertThat(forgotten).isEmpty();
    }

    /**
     * Walks over all components: each must be set, and must differ from what an absent key would mean; in a list of
     * tables, one of which has keys that exclude those of another, at least once.
     */
    private static void findForgotten(Object value, String path, List<String> forgotten) {
        if (value instanceof Optional<?> optional) {
            optional.ifPresentOrElse(present -> findForgotten(present, path, forgotten), () -> forgotten.add(path));
        } else if (value instanceof List<?> list) {
            if (list.isEmpty()) {
                forgotten.add(path);
            }
            List<List<String>> ofElements = list.stream()
                    .map(element -> {
                        List<String> own = new ArrayList<>();
                        findForgotten(element, path, own);
                        return own;
                    })
                    .toList();
            ofElements.stream()
                    .limit(1)
                    .flatMap(List::stream)
                    .filter(key -> ofElements.stream().allMatch(own -> own.contains(key)))
                    .forEach(forgotten::add);
        } else if (value instanceof Record record && !TextTypes.contains(value.getClass())) {
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                String key = path + "." + KeyNames.key(component.getName());
                Object inner = read(component, record);
                ConfigDefault fallback = component.getAnnotation(ConfigDefault.class);
                if (fallback != null && written(inner).equals(fallback.value())) {
                    forgotten.add(key);
                }
                findForgotten(inner, key, forgotten);
            }
        }
    }

    private static String written(Object value) {
        return switch (value) {
            case Duration duration -> Durations.format(duration);
            case List<?> list when list.equals(List.of(new PortRange(3389, 3389))) -> "[\"3389\"]";
            default -> value.toString();
        };
    }

    private static Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    @Test
    void providersTableIsBoundToItsRecord() throws IOException {
        assertThat(loaded(fullFile()).configuration().providers().get("sample"))
                .isEqualTo(new Sample(
                        Path.of("/etc/gatehouse/accounts"),
                        Sample.Binding.REQUIRED,
                        Optional.of(Secret.ofText("s3cret")),
                        List.of(new Sample.BackEnd("dc1", 5), new Sample.BackEnd("dc2", 1))));
    }

    @Test
    void effectiveConfigurationMeansTheSame() throws IOException {
        String withoutSecrets = fullFile()
                .replaceFirst("(?s)\\[\\[listener]]\naddress = \":8445\".*?\n\n", "")
                .replaceFirst("eab-kid = .*\neab-hmac-key = .*\n", "")
                .replaceAll("(?m)^(wake-)?password = .*$", "");
        for (String text : List.of(SMALLEST, withoutSecrets)) {
            Configuration before = loaded(text).configuration();
            String printed = EffectiveConfiguration.print(before);
            assertThat(loaded(printed).configuration())
                    .usingRecursiveComparison()
                    .ignoringFields("digest")
                    .isEqualTo(before);
        }
    }

    @Test
    void effectiveConfigurationShowsDefaultsAndMasksSecrets() throws IOException {
        String printed = EffectiveConfiguration.print(loaded(fullFile()).configuration());
        assertThat(printed)
                .contains("password = \"(secret of 6 bytes)\"")
                .contains("[[auth.sample.back-ends]]\nhost = \"dc2\"\nweight = 1\n")
                .contains("users = [\"alice\", \"LAB\\\\bob\", \"carol@EXAMPLE.COM\"]")
                .doesNotContain("s3cret");
        assertThat(EffectiveConfiguration.print(loaded(SMALLEST).configuration()))
                .contains("[server]\n# name is not set\n")
                .contains("login-deadline = \"1m\"");
    }

    @Test
    void fileIsReadRelativeToItsOwnDirectory(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("gw.toml");
        Files.setPosixFilePermissions(
                Files.writeString(directory.resolve("token"), "s3cret\n"),
                PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, SMALLEST + "[auth.sample]\naccounts = \"a\"\npassword = { file = \"token\" }\n");
        assertThat(ConfigurationLoader.load(file, Sample.TABLES)).isInstanceOfSatisfying(Loaded.class, loaded -> {
            Sample sample = (Sample)
                    Objects.requireNonNull(loaded.configuration().providers().get("sample"));
            assertThat(sample.accounts()).isEqualTo(directory.resolve("a"));
            assertThat(sample.password()).contains(Secret.ofText("s3cret"));
        });
    }

    @Test
    void fileThatIsNotThereOrNotTextIsAProblem(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("gw.toml");
        assertThat(problems(ConfigurationLoader.load(file, Sample.TABLES)))
                .containsExactly("gw.toml: file " + file + " does not exist");
        Files.write(file, new byte[] {(byte) 0xff});
        assertThat(problems(ConfigurationLoader.load(file, Sample.TABLES))).containsExactly("gw.toml: not UTF-8 text");
    }

    private static String fullFile() throws IOException {
        try (InputStream stream = ConfigurationLoaderTest.class.getResourceAsStream("full.toml")) {
            return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Loaded loaded(String text) {
        Result result = load(text);
        assertThat(result).describedAs(result.toString()).isInstanceOf(Loaded.class);
        return (Loaded) result;
    }

    static Result load(String text) {
        return ConfigurationLoader.load("gatehouse.toml", text, DIRECTORY, Sample.TABLES, name -> switch (name) {
            case "SAMPLE_PASSWORD" -> Optional.of("s3cret");
            case "WAKE_PASSWORD" -> Optional.of("00:11:22:33:44:55");
            default -> Optional.empty();
        });
    }

    static List<String> problems(Result result) {
        return switch (result) {
            case Invalid(List<Problem> problems) ->
                problems.stream().map(Problem::toString).toList();
            case Loaded _ -> List.of();
        };
    }
}
