package io.gatehouse.dist;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.ClaimValue;
import io.gatehouse.core.policy.Decision;
import io.gatehouse.core.policy.Denial;
import io.gatehouse.core.policy.PassedOver;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.edge.ListenAddresses;
import io.gatehouse.jetty.edge.OwnListeners;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
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
                    + " configuration file, not a running gateway: what it says holds after the next reload. Exit code 0 if the target is"
                    + " allowed, 3 if it is denied.",
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

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "the sign-in method, as rules name it; by default one of the provider that knows the account")
    private Optional<String> method = Optional.empty();

    @Option(names = "--mfa", description = "the sign-in had a second factor")
    private boolean mfa;

    @Option(
            names = "--claim",
            paramLabel = "NAME=VALUE",
            description = "a claim of the identity provider; may be given more than once")
    private List<String> claims = List.of();

    @Option(names = "--from", paramLabel = "ADDRESS", description = "the client's address")
    private Optional<String> from = Optional.empty();

    @Option(names = "--client-name", paramLabel = "NAME", description = "the name that the client says its machine has")
    private String clientName = "";

    @Option(
            names = "--desktop",
            paramLabel = "NAME",
            description = "the desktop of the portal that the connection was started from")
    private Optional<String> desktop = Optional.empty();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "the time, such as 2026-11-29T22:00+01:00 or 2026-11-29T22:00Z; now by default")
    private Optional<String> at = Optional.empty();

    private int exitCode = ExitCode.OK;

    ExplainCommand(World world) {
        super(world);
    }

    @Override
    int exitCode() {
        return exitCode;
    }

    @Override
    void act() throws CommandException {
        Configuration configuration = configuration();
        Target asked = AccountOptions.target(target);
        Identity identity = account.identity(configuration, method, world().clock(), err())
                .withProofs(mfa ? Set.of(Identity.Proof.MULTI_FACTOR) : Set.of())
                .withClaims(parsedClaims());
        Requester requester =
                new Requester(identity, address(), Optional.of(clientName), desktop, instant(), Optional.empty());
        AccessPolicy policy = configuration.policy(listeners(configuration));
        try (NameResolver resolver = new NameResolver(LOOKUP, MonotonicClock.system())) {
            print(requester, asked, policy.explain(requester, asked.host(), asked.port(), resolver.shareOf("explain")));
        }
    }

    private void print(Requester requester, Target asked, Decision decision) {
        Identity identity = requester.identity();
        out().println(AccountNames.withGroups(identity) + " by " + identity.method()
                + requester
                        .address()
                        .map(address -> " from " + AddressLiteral.text(address))
                        .orElse("")
                + " at " + requester.at());
        out().println("to " + asked);
        out().println();
        int number = 0;
        for (PassedOver rule : decision.passedOver()) {
            out().println("%3d. %-5s \"%s\": no, %s"
                    .formatted(
                            ++number,
                            rule.action().name().toLowerCase(Locale.ROOT),
                            rule.rule(),
                            rule.why().text()));
        }
        switch (decision.access()) {
            case Access.Allow allow -> {
                out().println("%3d. allow \"%s\": yes"
                        .formatted(++number, allow.rule().name()));
                out().println();
                out().println("allowed: " + allow.target() + " at "
                        + allow.addresses().stream().map(AddressLiteral::text).collect(Collectors.joining(", "))
                        + holds(allow.rule()));
            }
            case Access.Unresolved(String why) -> {
                out().println();
                out().println("allowed, but cannot be reached: " + why);
            }
            case Access.Deny deny -> {
                if (deny.reason() instanceof Denial.ByRule(String rule, var _)) {
                    out().println("%3d. deny  \"%s\": yes".formatted(++number, rule));
                }
                out().println();
                out().println("denied: " + deny.why());
                exitCode = ExitCode.DENIED;
            }
        }
        out().flush();
    }

    private static String holds(Rule rule) {
        return rule.idleTimeout().map(time -> ", idle timeout " + words(time)).orElse("")
                + rule.sessionTimeout()
                        .map(time -> ", session timeout " + words(time))
                        .orElse("")
                + rule.channelsPerUser()
                        .map(count -> ", channels per user " + count)
                        .orElse("");
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
            return world().clock().instant();
        }
        try {
            return ZonedDateTime.parse(at.get()).toInstant();
        } catch (DateTimeException exception) {
            throw CommandException.wrong("--at " + at.get() + " (expected a time such as 2026-11-29T22:00+01:00)");
        }
    }
}
