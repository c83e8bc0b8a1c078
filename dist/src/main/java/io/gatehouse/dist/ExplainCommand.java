package io.gatehouse.dist;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ProviderException;
import io.gatehouse.core.config.AdminConfig;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.config.GrantsConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.grant.AccessGrants;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.policy.ClaimValue;
import io.gatehouse.core.policy.Decision;
import io.gatehouse.core.policy.Denial;
import io.gatehouse.core.policy.Fact;
import io.gatehouse.core.policy.Mismatch;
import io.gatehouse.core.policy.PassedOver;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.jetty.dns.AbsoluteNames;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.edge.ListenAddresses;
import io.gatehouse.jetty.edge.OwnListeners;
import io.gatehouse.jetty.grant.GrantFile;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatehouse explain}. */
@Command(
        name = "explain",
        description = {
            "Says whether the access rules let a user reach a target, which rule decides, and why each rule before it does not. Reads the"
                    + " configuration file, not a running gateway: what it says holds after the next reload. What the options do not say"
                    + " is not known, and so is what depends on it; --nothing-else says that the options are complete.",
            "",
            "Exit code 0: the target is allowed. 3: it is denied. 4: it depends on something that is not known, or the name of the"
                    + " target has no address. 2: an option or the configuration is wrong. 1: something else failed.",
            "",
            "The groups of the user come from the account file or the LDAP directory, where the configuration has one that knows the"
                    + " account; --group adds others. The name of the target is looked up as the gateway does it.",
            "",
            "  gatehouse explain --user 'CORP\\alice' --target pc1.example.com",
            "  gatehouse explain --user alice --group staff --method ntlm --from 192.0.2.7 --target 10.1.0.7:3390",
            "  gatehouse explain --user alice --claim amr=otp --mfa --at 2026-11-29T22:00+01:00 --target pc1",
            ""
        })
final class ExplainCommand extends ConfiguredAction {
    private static final Duration LOOKUP = Duration.ofSeconds(10);

    @Mixin
    private final AccountOptions account = new AccountOptions();

    @Option(
            names = {"-t", "--target"},
            required = true,
            paramLabel = "HOST[:PORT]",
            description = "where to; port 3389 unless it is named")
    private String target = "";

    @Option(names = "--method", paramLabel = "METHOD", description = "the sign-in method, as rules name it")
    private Optional<String> method = Optional.empty();

    @Option(
            names = "--mfa",
            negatable = true,
            fallbackValue = "true",
            description = "the sign-in had a second factor, or none (--no-mfa)")
    private Optional<Boolean> mfa = Optional.empty();

    @Option(
            names = "--claim",
            paramLabel = "NAME=VALUE",
            description = "a claim of the identity provider, with all its values; may be given more than once")
    private List<String> claims = List.of();

    @Option(names = "--from", paramLabel = "ADDRESS", description = "the client's address")
    private Optional<String> from = Optional.empty();

    @Option(names = "--client-name", paramLabel = "NAME", description = "the name that the client says its machine has")
    private Optional<String> clientName = Optional.empty();

    @Option(
            names = "--desktop",
            paramLabel = "NAME",
            description = "the desktop of the portal that the connection was started from; '' for none")
    private Optional<String> desktop = Optional.empty();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "the time, such as 2026-11-29T22:00+01:00 or 2026-11-29T22:00Z; now by default")
    private Optional<String> at = Optional.empty();

    @Option(
            names = "--nothing-else",
            description =
                    "apart from what the options say, the user has no groups, claims, user principal name or second"
                            + " factor, and the client no name and no desktop")
    private boolean nothingElse;

    private int exitCode = ExitCode.OK;

    ExplainCommand(World world) {
        super(world);
    }

    /** The rules, and behind them the temporary grants that the gateway has kept in its file. */
    private AccessPolicy policy(Configuration configuration) throws CommandException {
        AccessPolicy rules = configuration.policy(listeners(configuration));
        Optional<GrantsConfig> config = configuration.gateway().portal().flatMap(PortalConfig::grants);
        if (config.isEmpty()) {
            return rules;
        }
        Path file = config.get().file();
        try {
            return switch (AccessGrants.rulesIn(
                    GrantFile.read(file), world().clock(), config.get().terms())) {
                case Parsed.Valid<List<PolicyRule>>(List<PolicyRule> grants) -> rules.followedBy(grants);
                case Parsed.Faulty<List<PolicyRule>>(String problem) -> withoutGrants(rules, file + ": " + problem);
            };
        } catch (ProviderException e) {
            return withoutGrants(rules, String.valueOf(e.getMessage()));
        }
    }

    private AccessPolicy withoutGrants(AccessPolicy rules, String why) {
        err().println("warning: temporary grants are left out: " + why);
        return rules;
    }

    @Override
    int exitCode() {
        return exitCode;
    }

    @Override
    void act() throws CommandException {
        Configuration configuration = configuration();
        Target asked = AccountOptions.target(target);
        AccountOptions.Known known =
                account.identity(configuration, Optional.of(method.orElse("")), world().clock(), err());
        Identity identity = known.identity()
                .withProofs(mfa.orElse(false) ? Set.of(Identity.Proof.MULTI_FACTOR) : Set.of())
                .withClaims(parsedClaims());
        Requester requester = new Requester(
                identity,
                address(),
                clientName,
                desktop.filter(name -> !name.isEmpty()),
                instant(),
                Optional.empty(),
                unknown(known));
        AccessPolicy policy = policy(configuration);
        try (NameResolver resolver = new NameResolver(LOOKUP, MonotonicClock.system(), AbsoluteNames.ofSystem())) {
            print(requester, asked, policy.explain(requester, asked.host(), asked.port(), resolver.shareOf("explain")));
        }
    }

    /** What the options leave open. */
    private Set<Fact> unknown(AccountOptions.Known known) {
        Map<Fact, Boolean> said = Map.of(
                Fact.METHOD, method.isPresent(),
                Fact.GROUPS, known.groupsKnown() || nothingElse,
                Fact.PRINCIPAL_NAME, known.principalNameKnown() || nothingElse,
                Fact.CLAIMS, nothingElse,
                Fact.MULTI_FACTOR, mfa.isPresent() || nothingElse,
                Fact.ADDRESS, from.isPresent(),
                Fact.DESKTOP, desktop.isPresent() || nothingElse,
                Fact.CLIENT_NAME, clientName.isPresent() || nothingElse);
        return said.entrySet().stream()
                .filter(fact -> !fact.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static String option(Fact fact) {
        return switch (fact) {
            case METHOD -> "--method";
            case GROUPS -> "--group or --nothing-else";
            case PRINCIPAL_NAME -> "--upn";
            case CLAIMS -> "--claim or --nothing-else";
            case MULTI_FACTOR -> "--mfa or --no-mfa";
            case ADDRESS -> "--from";
            case DESKTOP -> "--desktop";
            case CLIENT_NAME -> "--client-name";
        };
    }

    private static String whyNot(Mismatch why) {
        String option = why instanceof Mismatch.NotKnown(Fact fact, var _) ? " (" + option(fact) + ")" : "";
        return (why.isOpen() ? "not known, " : "no, ") + why.text() + option;
    }

    private void print(Requester requester, Target asked, Decision decision) {
        Identity identity = requester.identity();
        out().println(AccountNames.withGroups(identity)
                + method.map(name -> " by " + name).orElse("")
                + requester
                        .address()
                        .map(address -> " from " + AddressLiteral.text(address))
                        .orElse("")
                + " at " + requester.at());
        out().println("to " + asked);
        out().println();
        int number = 0;
        for (PassedOver rule : decision.passedOver()) {
            out().println("%3d. %-5s \"%s\": %s"
                    .formatted(
                            ++number, rule.action().name().toLowerCase(Locale.ROOT), rule.rule(), whyNot(rule.why())));
        }
        String answer = switch (decision.access()) {
            case Access.Allow allow -> {
                out().println("%3d. allow \"%s\": yes"
                        .formatted(++number, allow.rule().name()));
                yield "allowed: " + allow.target() + " at "
                        + allow.addresses().stream().map(AddressLiteral::text).collect(Collectors.joining(", "))
                        + holds(allow.rule())
                        + byTicket(requester);
            }
            case Access.Unresolved(String why) ->
                "allowed by name, but rules by address cannot be applied without an address: " + why;
            case Access.Deny deny -> {
                switch (deny.reason()) {
                    case Denial.ByRule(String rule, var _) ->
                        out().println("%3d. deny  \"%s\": yes".formatted(++number, rule));
                    case Denial.Undecided(String rule, var _, var _) ->
                        out().println("%3d. deny  \"%s\": not known, and it denies in doubt".formatted(++number, rule));
                    case Denial.NoRule _, Denial.NoTarget _, Denial.OutsideTheToken _ -> {} // no rule decided
                }
                yield "denied: " + deny.why();
            }
        };
        out().println();
        out().println((decision.verdict() == Decision.Verdict.DEPENDS ? "not known: " : "") + answer);
        List<PassedOver> open = decision.open();
        if (!open.isEmpty()) {
            out().println("unless "
                    + open.stream().map(rule -> "\"" + rule.rule() + "\"").collect(Collectors.joining(" or "))
                    + " applies, which is not known");
        }
        exitCode = switch (decision.verdict()) {
            case ALLOWED -> ExitCode.OK;
            case DENIED -> ExitCode.DENIED;
            case DEPENDS -> ExitCode.DEPENDS;
        };
        out().flush();
    }

    private static String holds(Rule rule) {
        return rule.idleTimeout().map(time -> ", idle timeout " + words(time)).orElse("")
                + rule.sessionTimeout()
                        .map(time -> ", session timeout " + words(time))
                        .orElse("")
                + rule.channelsPerUser()
                        .map(count -> ", channels per user " + count)
                        .orElse("")
                + rule.approval().map(ExplainCommand::approval).orElse("");
    }

    private static String approval(ApprovalTerms terms) {
        return ", needs approval by " + (terms.approvers().isEmpty() ? "the user" : "somebody else")
                + (terms.multiFactor() ? " with a second factor" : "") + " at the portal, which lasts "
                + words(terms.lasts());
    }

    private static String byTicket(Requester requester) {
        return requester.identity().method().equals(DeviceTicket.METHOD)
                ? ", needs a session of the user at the portal or an approval by the user (device ticket)"
                : "";
    }

    private static String words(Duration time) {
        return time.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    /** Where the gateway of {@code configuration} listens. */
    static OwnListeners listeners(Configuration configuration) throws CommandException {
        OwnListeners own = new OwnListeners();
        try {
            for (GatewayConfig.Listener listener : configuration.gateway().listener()) {
                own.add(ListenAddresses.resolve("[[listener]]", listener.address()));
            }
            if (configuration.gateway().metrics().isPresent()) {
                own.addOther(ListenAddresses.resolve(
                        "[metrics]", configuration.gateway().metrics().get().address()));
            }
            Optional<ListenAddress> admin = configuration.gateway().admin().flatMap(AdminConfig::address);
            if (admin.isPresent()) {
                own.addOther(ListenAddresses.resolve("[admin]", admin.get()));
            }
        } catch (GatewayStartException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
        return own;
    }

    private Map<String, Set<String>> parsedClaims() throws CommandException {
        Map<String, Set<String>> parsed = new HashMap<>();
        for (String claim : claims) {
            switch (ClaimValue.parse(claim)) {
                case Parsed.Valid<ClaimValue>(ClaimValue value) ->
                    parsed.computeIfAbsent(value.claim(), _ -> new HashSet<>()).add(value.value());
                case Parsed.Faulty<ClaimValue>(String problem) -> throw CommandException.wrong("--claim " + problem);
            }
        }
        return parsed;
    }

    private Optional<InetAddress> address() throws CommandException {
        if (from.isEmpty()) {
            return Optional.empty();
        }
        Optional<InetAddress> address = AddressLiteral.parse(from.get());
        if (address.isEmpty()) {
            throw CommandException.wrong("--from " + from.get() + " (expected an IPv4 or IPv6 address)");
        }
        return address;
    }

    private Instant instant() throws CommandException {
        if (at.isEmpty()) {
            return world().clock().instant().truncatedTo(ChronoUnit.SECONDS);
        }
        try {
            return ZonedDateTime.parse(at.get()).toInstant();
        } catch (DateTimeException exception) {
            throw CommandException.wrong("--at " + at.get() + " (expected a time such as 2026-11-29T22:00+01:00)");
        }
    }
}
