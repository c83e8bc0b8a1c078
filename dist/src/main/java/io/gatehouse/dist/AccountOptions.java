package io.gatehouse.dist;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import io.gatehouse.api.Metrics;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.jetty.Gateway;
import io.gatehouse.jetty.Providers;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options that say which account is meant, and what is known of it. */
final class AccountOptions {
    private static final int RDP = 3389;

    @Option(
            names = "--user",
            required = true,
            paramLabel = "NAME",
            description = "the user, as rules name users: alice, 'DOMAIN\\alice' or alice@REALM")
    private String user = "";

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            split = ",",
            description = "a group of the user that rules name; may be given more than once")
    private List<String> groups = List.of();

    /** The account {@code user} with these groups, for commands that have options of their own for them. */
    static AccountOptions of(String user, List<String> groups) {
        AccountOptions options = new AccountOptions();
        options.user = user;
        options.groups = List.copyOf(groups);
        return options;
    }

    @Option(
            names = "--upn",
            paramLabel = "NAME",
            description =
                    "the user principal name of the user, if it is not the name that is given with --user; '' for none")
    private Optional<String> upn = Optional.empty();

    /**
     * An account, and what is known of it.
     *
     * @param groupsKnown whether a provider says which groups it is in; groups that the options name may not be all
     * @param principalNameKnown whether the options say its user principal name
     */
    record Known(Identity identity, boolean groupsKnown, boolean principalNameKnown) {}

    /** The account with the groups that were given, as if it had signed in by {@code provider} and {@code method}. */
    Identity given(String provider, String method) throws CommandException {
        return switch (AccountPattern.parse(user)) {
            case Parsed.Valid<AccountPattern>(AccountPattern account) ->
                switch (account) {
                    case AccountPattern.Plain(String name) -> given(provider, method, name, Optional.empty(), upn);
                    case AccountPattern.InDomain(String domain, String name) ->
                        given(provider, method, name, Optional.of(domain), upn);
                    case AccountPattern.WithSuffix(String name, String suffix) ->
                        given(provider, method, name, Optional.of(suffix), upn.or(() -> Optional.of(user)));
                };
            case Parsed.Faulty<AccountPattern>(String problem) -> throw CommandException.wrong("--user " + problem);
        };
    }

    private Identity given(
            String provider, String method, String name, Optional<String> domain, Optional<String> principal) {
        Map<Boolean, Set<String>> bySid = groups.stream()
                .collect(Collectors.partitioningBy(
                        group -> group.toUpperCase(Locale.ROOT).startsWith("S-1-"), Collectors.toSet()));
        return new Identity(
                        provider,
                        method,
                        name,
                        domain,
                        principal.filter(given -> !given.isEmpty()),
                        Set.of(),
                        bySid.getOrDefault(true, Set.of()),
                        Set.of())
                .withGroupsAsInRules(bySid.getOrDefault(false, Set.of()));
    }

    /**
     * The account as rules see it, with the groups that its provider knows.
     *
     * @param method how it signed in; one of the provider's own when it is not named
     * @param err for warnings
     */
    Known identity(Configuration configuration, Optional<String> method, Clock clock, PrintWriter err)
            throws CommandException {
        try (Providers providers = Providers.create(
                configuration.providers(), Gateway.providerContext(configuration, clock, Metrics.NONE))) {
            for (Map.Entry<String, AccountDirectory> directory :
                    providers.accountDirectories().entrySet()) {
                String provider = directory.getKey();
                Identity named = canonical(provider, method.orElseGet(() -> methodOf(provider)), configuration);
                if (directory.getValue().covers(named)) {
                    return known(named, directory.getValue().check(named), configuration, err);
                }
            }
        } catch (GatewayStartException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
        String first = configuration.providers().keySet().stream().findFirst().orElse("paa");
        return known(canonical(first, method.orElseGet(() -> methodOf(first)), configuration), false);
    }

    private Known known(Identity identity, boolean groupsKnown) {
        return new Known(identity, groupsKnown, upn.isPresent());
    }

    private Known known(Identity named, AccountStatus status, Configuration configuration, PrintWriter err) {
        return switch (status) {
            case AccountStatus.Active(Optional<Membership> membership) ->
                membership
                        .map(now -> known(member(named, now, configuration), true))
                        .orElseGet(() -> known(named, false));
            case AccountStatus.Gone(String reason) -> {
                err.println("warning: " + named.displayName() + " cannot sign in: " + reason);
                yield known(named, false);
            }
            case AccountStatus.Unavailable(String reason) -> {
                err.println("warning: the groups of " + named.displayName() + " cannot be looked up: " + reason);
                yield known(named, false);
            }
        };
    }

    /** In the groups that its provider knows, and in those that were given. */
    private static Identity member(Identity named, Membership now, Configuration configuration) {
        Identity member = AccountNames.canonical(named.with(now), configuration.domains());
        Set<String> names = new HashSet<>(member.groups());
        names.addAll(named.groups());
        Set<String> sids = new HashSet<>(member.sids());
        sids.addAll(named.sids());
        return member.withGroupsAsInRules(names).withGroups(names, sids);
    }

    private static String methodOf(String provider) {
        return Optional.ofNullable(Providers.installed().get(provider))
                .flatMap(table -> table.methods().stream().sorted().findFirst())
                .orElse(provider);
    }

    private Identity canonical(String provider, String method, Configuration configuration) throws CommandException {
        return AccountNames.canonical(given(provider, method), configuration.domains());
    }

    /** A target as {@code HOST[:PORT]}. */
    static Target target(String text) throws CommandException {
        return target("--target", text);
    }

    /** What {@code option} says as {@code HOST[:PORT]}. */
    static Target target(String option, String text) throws CommandException {
        int colon = text.lastIndexOf(':');
        boolean withPort = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        String port = withPort ? text.substring(colon + 1) : Integer.toString(RDP);
        boolean portIsGood = port.matches("[1-9][0-9]{0,4}") && Integer.parseInt(port) <= 65535;
        return switch (TargetName.parse(withPort ? text.substring(0, colon) : text)) {
            case Parsed.Valid<TargetName>(TargetName name)
            when portIsGood -> new Target(name.host(), Integer.parseInt(port));
            case Parsed.Valid<TargetName> _ ->
                throw CommandException.wrong(option + " " + text + ": port (expected 1 to 65535)");
            case Parsed.Faulty<TargetName>(String problem) ->
                throw CommandException.wrong(option + " " + text + ": " + problem);
        };
    }
}
