package io.gatehouse.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access.Allow;
import io.gatehouse.core.policy.Access.Deny;
import io.gatehouse.core.policy.Access.Unresolved;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AccessPolicyTest {
    private static final Identity ALICE = Identity.local("local", "ntlm", "alice", Set.of("staff"), Set.of());
    private static final Map<String, List<InetAddress>> NAMES = Map.of(
            "desk1.lab.example.com", addresses("10.1.0.1", "10.1.0.2"),
            "mixed.lab.example.com", addresses("127.0.0.1", "10.1.0.3", "192.0.2.1"),
            "local.lab.example.com", addresses("127.0.0.1"),
            "metadata.lab.example.com", addresses("169.254.169.254"),
            "localhost", addresses("127.0.0.1", "::1"),
            "odd.lab.example.com", addresses("169.254.1.1"),
            "nothing.lab.example.com", List.of());

    private final List<String> asked = new ArrayList<>();
    private final Resolver resolver = host -> {
        asked.add(host);
        List<InetAddress> addresses = NAMES.get(host);
        if (addresses == null) {
            throw new UnknownHostException(host);
        }
        return addresses;
    };

    @Test
    void firstRuleThatCoversTheTargetWins() {
        AccessPolicy policy = policy(
                rule("other port").ports("3390").targets("*"),
                rule("other people").users("bob").targets("*"),
                rule("lab").targets("*.lab.example.com"),
                rule("all").targets("*"));
        assertThat(decide(policy, "DESK1.lab.example.com."))
                .isEqualTo(new Allow(
                        new Rule("lab", Optional.empty(), Optional.empty()),
                        new Target("desk1.lab.example.com", 3389),
                        addresses("10.1.0.1", "10.1.0.2")));
        assertThat(asked).containsExactly("desk1.lab.example.com");
    }

    @Test
    void withoutARuleTheAnswerIsNo() {
        assertThat(decide(policy(), "desk1.lab.example.com")).satisfies(denied("no rule is for this user"));
        assertThat(decide(policy(rule("bob's").users("bob").targets("*")), "desk1.lab.example.com"))
                .satisfies(denied("no rule is for this user"));
        assertThat(decide(policy(rule("x").targets("other.example.com", "*.example.org")), "desk1.lab.example.com"))
                .satisfies(denied(
                        "no rule for this user covers desk1.lab.example.com:3389 (\"x\": desk1.lab.example.com is not"
                                + " among its targets)"));
        assertThat(asked).isEmpty();
    }

    /** Or anybody who signed in could send questions to any name server through the gateway. */
    @Test
    void aNameThatNoRuleCanAllowIsLookedUpForNobody() {
        AccessPolicy policy = policy(
                rule("block").denies().targets("10.9.0.0/16"),
                rule("bob's").users("bob").targets("*"),
                rule("lab").targets("*.lab.example.com"));
        assertThat(decide(policy, "secret.evil.example"))
                .isInstanceOfSatisfying(
                        Deny.class, deny -> assertThat(deny.lookedUp()).isFalse());
        assertThat(asked).isEmpty();
        assertThat(decide(policy, "desk1.lab.example.com")).isInstanceOf(Allow.class);
        assertThat(asked).containsExactly("desk1.lab.example.com");
        assertThat(decide(policy, "10.9.0.1")).satisfies(denied("rule \"block\" denies 10.9.0.1:3389"));
    }

    @Test
    void wildcardCoversNamesBelowButNotItsOwnSuffix() {
        AccessPolicy policy = policy(rule("lab").targets("*.lab.example.com"));
        assertThat(decide(policy, "lab.example.com")).isInstanceOf(Deny.class);
        assertThat(decide(policy, "evil-lab.example.com")).isInstanceOf(Deny.class);
        assertThat(asked).isEmpty();
    }

    @Test
    void blockCoversOnlyTheAddressesInsideIt() {
        AccessPolicy policy = policy(rule("one").targets("10.1.0.2/32"));
        assertThat(decide(policy, "desk1.lab.example.com"))
                .isInstanceOfSatisfying(
                        Allow.class, allow -> assertThat(allow.addresses()).isEqualTo(addresses("10.1.0.2")));
        assertThat(decide(policy, "::ffff:10.1.0.2")).isInstanceOf(Allow.class);
        assertThat(decide(policy, "10.1.0.1"))
                .satisfies(denied(
                        "no rule for this user covers 10.1.0.1:3389 (\"one\": 10.1.0.1 is not among its targets)"));
    }

    @Test
    void nameIsResolvedOnceForAllRules() {
        AccessPolicy policy = policy(
                rule("a").targets("172.16.0.0/12"),
                rule("b").targets("192.168.0.0/16"),
                rule("c").targets("10.0.0.0/8"));
        assertThat(decide(policy, "desk1.lab.example.com")).isInstanceOf(Allow.class);
        assertThat(asked).containsExactly("desk1.lab.example.com");
    }

    @Test
    void literalIsNeverResolved() {
        assertThat(decide(policy(rule("all").targets("*")), "[2001:DB8::1]"))
                .isInstanceOfSatisfying(Allow.class, allow -> {
                    assertThat(allow.target()).hasToString("[2001:db8::1]:3389");
                    assertThat(allow.addresses()).isEqualTo(addresses("2001:db8::1"));
                });
        assertThat(asked).isEmpty();
    }

    @Test
    void nameThatIsAllowedButHasNoAddressIsUnresolved() {
        AccessPolicy policy =
                policy(rule("block").targets("10.0.0.0/8"), rule("lab").targets("*.lab.example.com"));
        assertThat(decide(policy, "gone.lab.example.com"))
                .isEqualTo(new Unresolved("gone.lab.example.com does not resolve"));
        assertThat(asked).containsExactly("gone.lab.example.com");
        assertThat(decide(policy, "nothing.lab.example.com"))
                .isEqualTo(new Unresolved("nothing.lab.example.com has no address"));
        assertThat(decide(policy, "gone.example.org")).satisfies(denied("gone.example.org does not resolve"));
    }

    @Test
    void nameUnderAWildcardThatResolvesToThisMachineIsRefused() {
        AccessPolicy policy = policy(rule("lab").targets("*.lab.example.com"));
        assertThat(decide(policy, "local.lab.example.com"))
                .satisfies(denied("127.0.0.1 is a loopback address, which rule \"lab\" does not name by address"));
        assertThat(decide(policy, "odd.lab.example.com"))
                .satisfies(denied("169.254.1.1 is a link-local address, which rule \"lab\" does not name by address"));
        assertThat(decide(policy, "mixed.lab.example.com"))
                .isInstanceOfSatisfying(
                        Allow.class,
                        allow -> assertThat(allow.addresses()).isEqualTo(addresses("10.1.0.3", "192.0.2.1")));
    }

    @Test
    void exactNameIsNoLeaveToReachThisMachineUnlessItIsLocalhost() {
        assertThat(decide(policy(rule("x").targets("local.lab.example.com")), "local.lab.example.com"))
                .isInstanceOf(Deny.class);
        assertThat(decide(policy(rule("x").targets("localhost")), "localhost"))
                .isInstanceOfSatisfying(
                        Allow.class, allow -> assertThat(allow.addresses()).isEqualTo(addresses("127.0.0.1", "::1")));
        assertThat(decide(policy(rule("x").targets("localhost")), "127.0.0.1")).isInstanceOf(Deny.class);
    }

    @Test
    void loopbackNamedByAddressIsAllowedUnderEveryName() {
        for (String target : List.of("127.0.0.1", "127.0.0.0/8")) {
            AccessPolicy policy = policy(rule("here").targets(target));
            assertThat(decide(policy, "127.0.0.1")).isInstanceOf(Allow.class);
            assertThat(decide(policy, "::ffff:127.0.0.1")).isInstanceOf(Allow.class);
            assertThat(decide(policy, "localhost"))
                    .isInstanceOfSatisfying(
                            Allow.class, allow -> assertThat(allow.addresses()).isEqualTo(addresses("127.0.0.1")));
            assertThat(decide(policy, "::1")).isInstanceOf(Deny.class);
        }
    }

    @Test
    void laterRuleMayNameWhatAWildcardDoesNotCover() {
        AccessPolicy policy = policy(rule("all").targets("*"), rule("here").targets("127.0.0.1"));
        assertThat(decide(policy, "127.0.0.1"))
                .isInstanceOfSatisfying(
                        Allow.class, allow -> assertThat(allow.rule().name()).isEqualTo("here"));
    }

    @Test
    void someAddressesNoRuleCanAllow() {
        AccessPolicy policy = policy(rule("everything").targets("*", "0.0.0.0/0", "::/0"));
        for (String address : List.of(
                "0.0.0.0",
                "0.0.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "240.0.0.1",
                "169.254.169.254",
                "fd00:ec2::254",
                "::",
                "ff02::1",
                "64:ff9b::127.0.0.1",
                "2002:7f00:1::",
                "::127.0.0.1")) {
            assertThat(decide(policy, address)).describedAs(address).isInstanceOf(Deny.class);
        }
        assertThat(decide(policy, "metadata.lab.example.com"))
                .satisfies(denied("169.254.169.254 is a cloud's metadata service"));
        assertThat(decide(policy, "64:ff9b::127.0.0.1"))
                .satisfies(denied("64:ff9b::7f00:1 stands for another address: 127.0.0.1 is a loopback address"));
        assertThat(decide(policy, "127.0.0.1")).isInstanceOf(Allow.class);
        assertThat(decide(policy, "fe80::1")).isInstanceOf(Allow.class);
    }

    @Test
    void gatewayIsNoTargetOfItself() {
        AccessPolicy policy = new AccessPolicy(
                List.of(rule("all").targets("*", "0.0.0.0/0").ports("*").make()),
                new InetSocketAddress(address("10.1.0.1"), 443)::equals);
        assertThat(policy.decide(requester(ALICE), "10.1.0.1", 443, resolver))
                .satisfies(denied("10.1.0.1 is the gateway itself"));
        assertThat(policy.decide(requester(ALICE), "::ffff:10.1.0.1", 443, resolver))
                .satisfies(denied("10.1.0.1 is the gateway itself"));
        assertThat(policy.decide(requester(ALICE), "64:ff9b::10.1.0.1", 443, resolver))
                .isInstanceOf(Deny.class);
        assertThat(policy.decide(requester(ALICE), "desk1.lab.example.com", 443, resolver))
                .isInstanceOfSatisfying(
                        Allow.class, allow -> assertThat(allow.addresses()).isEqualTo(addresses("10.1.0.2")));
        assertThat(policy.decide(requester(ALICE), "10.1.0.1", 3389, resolver)).isInstanceOf(Allow.class);
    }

    @Test
    void portsAndNamesThatCannotBeAreDenied() {
        AccessPolicy policy = policy(rule("all").targets("*").ports("*"));
        assertThat(policy.decide(requester(ALICE), "10.1.0.1", 0, resolver))
                .satisfies(denied("port 0 (expected 1 to 65535)"));
        assertThat(policy.decide(requester(ALICE), "10.1.0.1", 65536, resolver)).isInstanceOf(Deny.class);
        assertThat(policy.decide(requester(ALICE), "", 3389, resolver)).satisfies(denied("target name: empty name"));
        assertThat(policy.decide(requester(ALICE), "a".repeat(300), 3389, resolver))
                .satisfies(denied("target name: name of 300 characters (expected at most 253)"));
    }

    @Test
    void userWithoutAnyRuleIsNotAdmitted() {
        assertThat(policy(rule("bob's").users("bob").targets("*")).admit(requester(ALICE)))
                .isEmpty();
        assertThat(policy(rule("basic").methods("basic").targets("*")).admit(requester(ALICE)))
                .isEmpty();
        assertThat(policy(rule("staff").groups("STAFF").targets("*")).admit(requester(ALICE)))
                .contains(new Admission(0, 0));
    }

    @Test
    void admissionIsTheMostRestrictiveOfAllRulesThatMayApply() {
        PolicyRule drive = rule("drive")
                .targets("*")
                .flags(0x01)
                .idle(Duration.ofSeconds(61))
                .make();
        PolicyRule clipboard = rule("clipboard")
                .targets("*")
                .flags(0x08)
                .idle(Duration.ofHours(1))
                .make();
        PolicyRule all = rule("all").targets("*").flags(0x40000000).make();
        PolicyRule bobs = rule("bob").users("bob").targets("*").flags(0x02).make();
        assertThat(new AccessPolicy(List.of(drive, bobs), _ -> false).admit(requester(ALICE)))
                .contains(new Admission(0x01, 2));
        assertThat(new AccessPolicy(List.of(drive, clipboard), _ -> false).admit(requester(ALICE)))
                .contains(new Admission(0x09, 60));
        assertThat(new AccessPolicy(List.of(drive, clipboard, all), _ -> false).admit(requester(ALICE)))
                .contains(new Admission(0x40000000, 0));
    }

    private static Requester confined(String... targets) {
        return requester(ALICE.confinedTo(new Grant("id", Set.of(targets), Optional.empty())));
    }

    private static List<String> expected(AccessPolicy policy, String... targets) {
        return policy.expectedRulesFor(confined(targets)).stream()
                .map(Rule::name)
                .toList();
    }

    @Test
    void ofATokenTheRulesThatDecideAboutItsTargetsCount() {
        AccessPolicy policy = policy(
                rule("other port").ports("3390").targets("*"),
                rule("desk").targets("desk1.lab.example.com").flags(0x01).idle(Duration.ofMinutes(5)),
                rule("no lab").denies().targets("*.secret.example.com"),
                rule("vault").targets("vault.example.com").flags(0x08),
                rule("net").targets("10.0.0.0/8").flags(0x02),
                rule("all").targets("*"));
        assertThat(expected(policy, "desk1.lab.example.com:3389")).containsExactly("desk");
        assertThat(expected(policy, "10.1.0.1:3389")).containsExactly("net");
        assertThat(expected(policy, "vault.example.com:3389", "desk1.lab.example.com:3389"))
                .containsExactly("desk", "vault");
        assertThat(expected(policy, "elsewhere.example.com:3389"))
                .as("addresses may tell")
                .containsExactly("net", "all");
        assertThat(expected(policy, "pc.secret.example.com:3389")).isEmpty();
        assertThat(policy.expectedRulesFor(requester(ALICE)))
                .as("without a token")
                .hasSize(5);
        assertThat(asked).isEmpty();
    }

    /** Whatever decides in the end, after hours or by addresses, its redirections were asked for. */
    @Test
    void aTokenIsAdmittedByAllRulesThatMayDecideAboutItsTargetAndByNoOther() {
        AccessPolicy policy = policy(
                rule("desk").targets("desk1.lab.example.com").flags(0x01).idle(Duration.ofMinutes(5)),
                rule("vault").targets("vault.example.com").flags(0x08).idle(Duration.ofMinutes(90)),
                rule("net").targets("10.0.0.0/8").flags(0x02).idle(Duration.ofMinutes(10)));
        assertThat(policy.admit(confined("desk1.lab.example.com:3389"))).contains(new Admission(0x03, 10));
        assertThat(policy.admit(confined("192.0.2.1:3389")))
                .as("no rule covers it: the answer comes with the target")
                .contains(new Admission(0x0b, 90));
        assertThat(policy.admit(requester(ALICE))).contains(new Admission(0x0b, 90));
    }

    /** Loopback is covered by address only, so that a rule for everything does not decide about it. */
    @Test
    void whatDecidesAboutAGuardedAddressIsTheRuleThatNamesIt() {
        AccessPolicy policy = policy(rule("all").targets("*"), rule("here").targets("127.0.0.1"));
        assertThat(decide(policy, "127.0.0.1"))
                .isInstanceOfSatisfying(
                        Allow.class, allow -> assertThat(allow.rule().name()).isEqualTo("here"));
        assertThat(expected(policy, "127.0.0.1:3389")).containsExactly("here");
    }

    /** Allow is what was dialled: {@code pc1}, as the resolver knows it, is not {@code pc1.lab.example.com}. */
    @Test
    void anOpenChannelIsDecidedAboutByTheNameThatWasDialledThoughThereIsASuffixNow() {
        Allow open = new Allow(
                new Rule("before", Optional.empty(), Optional.empty()), new Target("pc1", 3389), addresses("10.1.0.1"));
        DnsSuffix suffix = new DnsSuffix("lab.example.com");
        PolicyRule completed = rule("by name").targets("pc1.lab.example.com").make();
        PolicyRule address = rule("by address").targets("10.1.0.1").make();
        AccessPolicy byName = new AccessPolicy(List.of(completed), suffix, _ -> false);
        assertThat(byName.review(requester(ALICE), open))
                .isInstanceOfSatisfying(
                        Deny.class, deny -> assertThat(deny.why()).contains("covers pc1:3389"));
        assertThat(new AccessPolicy(List.of(completed, address), suffix, _ -> false).review(requester(ALICE), open))
                .isEqualTo(new Allow(address.rule(), new Target("pc1", 3389), addresses("10.1.0.1")));
        assertThat(byName.decide(requester(ALICE), "pc1", 3389, _ -> addresses("10.1.0.1")))
                .as("a client that comes now")
                .isInstanceOfSatisfying(
                        Allow.class,
                        allow -> assertThat(allow.target()).isEqualTo(new Target("pc1.lab.example.com", 3389)));
    }

    @Test
    void whatFollowingRulesDisableCountsForTheirOwnChannels() {
        PolicyRule everywhere = rule("everywhere").targets("*").make();
        PolicyRule grant = rule("grant").targets("vault").flags(0x08).make();
        AccessPolicy before = new AccessPolicy(List.of(everywhere), _ -> false);
        AccessPolicy now = before.followedBy(List.of(grant));
        assertThat(now.disabledSince(before, 0, requester(ALICE), everywhere.rule()))
                .isEmpty();
        assertThat(now.disabledSince(before, 0, requester(ALICE), grant.rule())).containsExactly(Redirection.CLIPBOARD);
    }

    /** They are told on the way in only. */
    @Test
    void whatIsDisabledSinceIsWhatNeitherTheClientNorTheRulesBeforeKnew() {
        AccessPolicy before =
                new AccessPolicy(List.of(rule("a").targets("*").flags(0x02).make()), _ -> false);
        AccessPolicy all = new AccessPolicy(
                List.of(rule("a").targets("*").flags(0x40000000).make()), _ -> false);
        assertThat(all.disabledSince(before, 0, requester(ALICE)))
                .containsExactly(Redirection.DRIVE, Redirection.PORT, Redirection.CLIPBOARD, Redirection.PNP);
        assertThat(all.disabledSince(before, 0x08 | 0x10, requester(ALICE)))
                .containsExactly(Redirection.DRIVE, Redirection.PORT);
        assertThat(all.disabledSince(before, 0x40000000, requester(ALICE))).isEmpty();
        assertThat(before.disabledSince(all, 0, requester(ALICE))).isEmpty();
        assertThat(all.disabledSince(all, 0, requester(ALICE))).isEmpty();
    }

    private Decision explain(AccessPolicy policy, String name, Fact... unknown) {
        return policy.explain(requester(ALICE).without(Set.of(unknown)), name, 3389, resolver);
    }

    /** For somebody who asks about the rules, and does not know everything about alice. */
    @Test
    void whatDependsOnSomethingUnknownIsNeitherAllowedNorDenied() {
        AccessPolicy policy = policy(
                rule("no contractors").denies().groups("contractors").targets("*"),
                rule("not by ticket").denies().methods("kerberos").targets("10.1.0.0/16"),
                rule("long name").users("alice.long@lab.example.com").targets("192.0.2.1"),
                rule("lab").targets("*.lab.example.com"));
        assertThat(explain(policy, "desk1.lab.example.com").verdict()).isEqualTo(Decision.Verdict.ALLOWED);
        assertThat(explain(policy, "192.0.2.1").verdict()).isEqualTo(Decision.Verdict.DENIED);
        for (Fact fact : List.of(Fact.GROUPS, Fact.METHOD)) {
            Decision open = explain(policy, "desk1.lab.example.com", fact);
            assertThat(open.verdict()).isEqualTo(Decision.Verdict.DEPENDS);
            assertThat(open.access()).isInstanceOf(Allow.class);
            assertThat(open.open()).hasSize(1);
        }
        Decision name = explain(policy, "192.0.2.1", Fact.PRINCIPAL_NAME, Fact.METHOD);
        assertThat(name.verdict()).isEqualTo(Decision.Verdict.DEPENDS);
        assertThat(name.open()).extracting(PassedOver::rule).containsExactly("long name");
        assertThat(explain(policy, "192.0.2.2", Fact.values()).verdict()).isEqualTo(Decision.Verdict.DENIED);
    }

    /** A rule by address may deny what a rule by name allows. */
    @Test
    void whatHasNoAddressIsNeitherAllowedNorDenied() {
        RuleBuilder byAddress = rule("not there").denies().targets("10.9.0.0/16");
        RuleBuilder byName = rule("lab").targets("*.lab.example.com");
        Decision decision = explain(policy(byAddress, byName), "nothing.lab.example.com");
        assertThat(decision.access()).isInstanceOf(Unresolved.class);
        assertThat(decision.verdict()).isEqualTo(Decision.Verdict.DEPENDS);
        assertThat(decision.open()).extracting(PassedOver::rule).containsExactly("not there");
        Decision blocks = explain(policy(rule("there").targets("10.9.0.0/16")), "nothing.lab.example.com");
        assertThat(blocks.access()).isInstanceOf(Deny.class);
        assertThat(blocks.verdict()).isEqualTo(Decision.Verdict.DEPENDS);
    }

    private Access decide(AccessPolicy policy, String name) {
        return policy.decide(requester(ALICE), name, 3389, resolver);
    }

    private static AccessPolicy policy(RuleBuilder... rules) {
        return new AccessPolicy(Arrays.stream(rules).map(RuleBuilder::make).toList(), _ -> false);
    }

    private static Consumer<Access> denied(String why) {
        return access -> assertThat(access)
                .isInstanceOfSatisfying(
                        Deny.class, deny -> assertThat(deny.why()).isEqualTo(why));
    }

    private static RuleBuilder rule(String name) {
        return new RuleBuilder(name);
    }

    static Requester requester(Identity identity) {
        return Requester.of(identity, address("192.0.2.77"), Instant.parse("2026-11-29T12:00:00Z"));
    }

    static List<InetAddress> addresses(String... literals) {
        return Arrays.stream(literals).map(AccessPolicyTest::address).toList();
    }

    static InetAddress address(String literal) {
        return AddressLiteral.parse(literal).orElseThrow();
    }

    private static final class RuleBuilder {
        private final String name;
        private List<AccountMatcher> users = List.of();
        private Set<String> groups = Set.of();
        private Set<String> methods = Set.of();
        private List<TargetPattern> targets = List.of();
        private List<PortRange> ports = List.of(new PortRange(3389, 3389));
        private int flags;
        private RuleAction action = RuleAction.ALLOW;
        private Optional<Duration> idle = Optional.empty();

        RuleBuilder(String name) {
            this.name = name;
        }

        RuleBuilder users(String user) {
            users = List.of(value(AccountPattern.parse(user)).in(Domains.NONE));
            return this;
        }

        RuleBuilder groups(String group) {
            groups = Set.of(group.toLowerCase(Locale.ROOT));
            return this;
        }

        RuleBuilder methods(String method) {
            methods = Set.of(method);
            return this;
        }

        RuleBuilder targets(String... patterns) {
            targets = Arrays.stream(patterns)
                    .map(text -> value(TargetPattern.parse(text)))
                    .toList();
            return this;
        }

        RuleBuilder ports(String range) {
            ports = List.of(value(PortRange.parse(range)));
            return this;
        }

        RuleBuilder denies() {
            action = RuleAction.DENY;
            return this;
        }

        RuleBuilder flags(int bits) {
            flags = bits;
            return this;
        }

        RuleBuilder idle(Duration timeout) {
            idle = Optional.of(timeout);
            return this;
        }

        PolicyRule make() {
            return new PolicyRule(
                    new Rule(name, idle, Optional.empty()),
                    action,
                    users,
                    groups,
                    Set.of(),
                    methods,
                    Conditions.NONE,
                    targets,
                    ports,
                    flags);
        }
    }

    static <T> T value(Parsed<T> parsed) {
        return switch (parsed) {
            case Parsed.Valid<T>(T value) -> value;
            case Parsed.Faulty<T>(String problem) -> throw new AssertionError(problem);
        };
    }
}
