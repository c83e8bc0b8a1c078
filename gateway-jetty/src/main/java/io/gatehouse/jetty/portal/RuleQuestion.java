package io.gatehouse.jetty.portal;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.policy.Fact;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What an administrator asks the access rules: a user and a target, with whatever else is known.
 *
 * @param requester who asks
 * @param host the target, as a client would send it
 */
record RuleQuestion(Requester requester, String host, int port) {
    static final List<String> FIELDS =
            List.of("user", "groups", "method", "mfa", "target", "from", "client", "desktop", "nothing-else");
    private static final int RDP = 3389;
    private static final int LONGEST = 256;

    /**
     * What is known of a user before an administrator says anything.
     *
     * @param signedIn whether it is what a sign-in found out; otherwise only the account is known
     */
    record Known(Identity identity, boolean signedIn) {}

    /** What the form says; a field that is too long counts as empty. */
    static Map<String, String> fields(PortalExchange exchange) {
        Map<String, String> fields = new HashMap<>();
        FIELDS.forEach(name -> exchange.parameter(name)
                .map(String::strip)
                .filter(value -> !value.isEmpty() && value.length() <= LONGEST)
                .ifPresent(value -> fields.put(name, value)));
        return fields;
    }

    /**
     * Reads the form.
     *
     * @param domains give users and groups the names that rules have for them
     * @param known what is known of a user; groups that are named are added
     */
    static Parsed<RuleQuestion> parse(
            Map<String, String> fields, Domains domains, Function<Identity, Known> known, Instant at) {
        Optional<InetAddress> from = Optional.ofNullable(fields.get("from")).flatMap(AddressLiteral::parse);
        if (fields.containsKey("from") && from.isEmpty()) {
            return Parsed.faulty("from: expected an IPv4 or IPv6 address");
        }
        return switch (AccountPattern.parse(fields.getOrDefault("user", ""))) {
            case Parsed.Faulty<AccountPattern>(String problem) -> Parsed.faulty("user: " + problem);
            case Parsed.Valid<AccountPattern>(AccountPattern account) ->
                switch (ServerAddress.parse(fields.getOrDefault("target", ""))) {
                    case Parsed.Faulty<ServerAddress>(String problem) -> Parsed.faulty("target: " + problem);
                    case Parsed.Valid<ServerAddress>(ServerAddress target) -> {
                        Known found = known.apply(AccountNames.canonical(named(account), domains));
                        Requester requester = new Requester(
                                identity(found.identity(), fields, domains),
                                from,
                                Optional.of(fields.getOrDefault("client", "")),
                                Optional.ofNullable(fields.get("desktop")),
                                at,
                                Optional.empty(),
                                unknown(found, fields));
                        yield Parsed.valid(new RuleQuestion(
                                requester, target.host(), target.port().orElse(RDP)));
                    }
                };
        };
    }

    /** What neither the form says nor the gateway knows. */
    private static Set<Fact> unknown(Known found, Map<String, String> fields) {
        boolean nothingElse = fields.containsKey("nothing-else");
        boolean said = nothingElse || found.signedIn();
        Map<Fact, Boolean> known = Map.of(
                Fact.METHOD,
                found.signedIn() || fields.containsKey("method"),
                Fact.GROUPS,
                said,
                Fact.PRINCIPAL_NAME,
                said,
                Fact.CLAIMS,
                said,
                Fact.MULTI_FACTOR,
                said || fields.containsKey("mfa"),
                Fact.ADDRESS,
                fields.containsKey("from"),
                Fact.DESKTOP,
                nothingElse || fields.containsKey("desktop"),
                Fact.CLIENT_NAME,
                nothingElse || fields.containsKey("client"));
        return known.entrySet().stream()
                .filter(fact -> !fact.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static Identity identity(Identity found, Map<String, String> fields, Domains domains) {
        List<String> given = Arrays.stream(fields.getOrDefault("groups", "").split(","))
                .map(String::strip)
                .filter(group -> !group.isEmpty())
                .toList();
        Set<String> groups = new HashSet<>(found.groups());
        given.stream().filter(group -> !isSid(group)).map(domains::groupName).forEach(groups::add);
        Set<String> sids = new HashSet<>(found.sids());
        sids.addAll(given.stream().filter(RuleQuestion::isSid).collect(Collectors.toSet()));
        return new Identity(
                        found.provider(),
                        fields.getOrDefault("method", found.method()),
                        found.user(),
                        found.domain(),
                        found.upn(),
                        Set.of(),
                        sids,
                        fields.containsKey("mfa") ? Set.of(Identity.Proof.MULTI_FACTOR) : found.proofs())
                .withClaims(found.claims())
                .withGroupsAsInRules(groups)
                .extracted(found.extract());
    }

    private static boolean isSid(String group) {
        return group.regionMatches(true, 0, "S-1-", 0, 4);
    }

    private static Identity named(AccountPattern account) {
        return switch (account) {
            case AccountPattern.Plain(String user) -> named(user, Optional.empty(), Optional.empty());
            case AccountPattern.InDomain(String domain, String user) ->
                named(user, Optional.of(domain), Optional.empty());
            case AccountPattern.WithSuffix(String user, String suffix) ->
                named(user, Optional.of(suffix), Optional.of(user + "@" + suffix));
        };
    }

    private static Identity named(String user, Optional<String> domain, Optional<String> upn) {
        return new Identity("portal", "basic", user, domain, upn, Set.of(), Set.of(), Set.of());
    }
}
