package io.gatehouse.core.policy;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Extract;
import io.gatehouse.core.text.AccountNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The groups and claims that the rules name. A token has room for those of its user, and says by a digest which they
 * were chosen from: when the rules name others later, it is not known whether its user has them. What earlier rules of
 * this gateway named is remembered, so that only rules with other names are in doubt.
 */
final class Vocabulary {
    /** What tokens say of their users for the rules of their time only. */
    static final Set<Fact> SAID_BY_TOKENS = Set.of(Fact.GROUPS, Fact.CLAIMS);

    private static final int DIGEST_BYTES = 16;
    /** A gateway whose rules named something else more often has forgotten the first names. */
    private static final int MOST_EARLIER = 64;

    private final Set<String> groups = new HashSet<>();
    private final Set<String> claimTexts = new TreeSet<>();
    private final Map<String, Set<String>> claims = new HashMap<>();
    private final Extract extract;
    /** By digest, the earliest first; the names of these rules too. */
    private final SequencedMap<String, Set<String>> known = new LinkedHashMap<>();

    Vocabulary(List<PolicyRule> rules) {
        this(rules, Map.of());
    }

    private Vocabulary(List<PolicyRule> rules, Map<String, Set<String>> earlier) {
        for (PolicyRule rule : rules) {
            groups.addAll(rule.groups());
            claimTexts.addAll(claimTexts(rule));
            rule.conditions()
                    .claims()
                    .forEach((claim, values) ->
                            claims.computeIfAbsent(claim, _ -> new HashSet<>()).addAll(values));
        }
        String ofGroups = digest(new TreeSet<>(groups));
        String ofClaims = digest(claimTexts);
        extract = new Extract(Optional.of(ofGroups), Optional.of(ofClaims));
        known.putAll(earlier);
        known.put(ofGroups, groups);
        known.put(ofClaims, claimTexts);
        while (known.size() > 2 * MOST_EARLIER) {
            known.pollFirstEntry();
        }
    }

    /** The names of {@code rules}, which follow these. */
    Vocabulary followedBy(List<PolicyRule> rules) {
        return new Vocabulary(rules, known);
    }

    private static List<String> claimTexts(String claim, Collection<String> values) {
        return values.stream().map(value -> claim + "=" + value).toList();
    }

    /** Names have no control characters. */
    private static String digest(Collection<String> names) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", names).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256", impossible); // every JDK has it
        }
    }

    /** What an identity is of which everything is known that these rules ask for. */
    Extract extract() {
        return extract;
    }

    /** {@code identity} with those of its groups, SIDs and claims that are named here, unless it lacks some already. */
    Identity condensed(Identity identity) {
        if (lacksSome(identity.extract().groups(), extract.groups())
                || lacksSome(identity.extract().claims(), extract.claims())) {
            return identity;
        }
        Map<String, Set<String>> named = new HashMap<>();
        identity.claims().forEach((claim, values) -> {
            Set<String> asked = claims.getOrDefault(claim, Set.of()).stream()
                    .filter(values::contains)
                    .collect(Collectors.toSet());
            if (!asked.isEmpty()) {
                named.put(claim, asked);
            }
        });
        return identity.withClaims(named)
                .withGroups(
                        identity.groups().stream().filter(this::isNamed).collect(Collectors.toSet()),
                        identity.sids().stream().filter(this::isNamed).collect(Collectors.toSet()))
                .extracted(extract);
    }

    private boolean isNamed(String group) {
        return groups.contains(AccountNames.folded(group));
    }

    /** {@link PolicyRule#mismatch}, with what the token of {@code requester} does not say. */
    Optional<Mismatch> mismatch(PolicyRule rule, Requester requester) {
        return rule.mismatch(requester, undecided(rule, requester.identity()));
    }

    /**
     * What cannot be said about {@code identity} for {@code rule}: whether it has groups or claims that no rule named
     * at the time.
     */
    private Set<Fact> undecided(PolicyRule rule, Identity identity) {
        Extract told = identity.extract();
        Set<Fact> facts = EnumSet.noneOf(Fact.class);
        if (lacksSome(told.groups(), extract.groups()) && !wereNamed(told.groups(), rule.groups())) {
            facts.add(Fact.GROUPS);
        }
        if (lacksSome(told.claims(), extract.claims()) && !wereNamed(told.claims(), claimTexts(rule))) {
            facts.add(Fact.CLAIMS);
        }
        return facts;
    }

    private static List<String> claimTexts(PolicyRule rule) {
        return rule.conditions().claims().entrySet().stream()
                .flatMap(claim -> claimTexts(claim.getKey(), claim.getValue()).stream())
                .toList();
    }

    /** Whether the rules of the time of {@code chosenFrom} named all of {@code asked}. */
    private boolean wereNamed(Optional<String> chosenFrom, Collection<String> asked) {
        return chosenFrom
                .map(known::get)
                .filter(named -> named.containsAll(asked))
                .isPresent();
    }

    private static boolean lacksSome(Optional<String> chosenFrom, Optional<String> now) {
        return chosenFrom.isPresent() && !chosenFrom.equals(now);
    }
}
