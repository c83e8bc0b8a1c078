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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The groups and claims that the rules name. A token has room for those of its user, and says by a digest which they
 * were chosen from: when the rules name others later, it is not known whether its user has them.
 */
final class Vocabulary {
    private static final int DIGEST_BYTES = 16;

    private final Set<String> groups = new HashSet<>();
    private final Map<String, Set<String>> claims = new HashMap<>();
    private final Extract extract;

    Vocabulary(List<PolicyRule> rules) {
        Set<String> claimTexts = new TreeSet<>();
        for (PolicyRule rule : rules) {
            groups.addAll(rule.groups());
            rule.conditions().claims().forEach((claim, values) -> {
                claims.computeIfAbsent(claim, _ -> new HashSet<>()).addAll(values);
                values.forEach(value -> claimTexts.add(claim + "=" + value));
            });
        }
        extract = new Extract(Optional.of(digest(new TreeSet<>(groups))), Optional.of(digest(claimTexts)));
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
        if (!undecided(identity).isEmpty()) {
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

    /** What cannot be said about {@code identity}: whether it has groups or claims that no rule named at the time. */
    Set<Fact> undecided(Identity identity) {
        Set<Fact> facts = EnumSet.noneOf(Fact.class);
        if (!isKnown(identity.extract().groups(), extract.groups())) {
            facts.add(Fact.GROUPS);
        }
        if (!isKnown(identity.extract().claims(), extract.claims())) {
            facts.add(Fact.CLAIMS);
        }
        return facts;
    }

    private static boolean isKnown(Optional<String> chosenFrom, Optional<String> named) {
        return chosenFrom.isEmpty() || chosenFrom.equals(named);
    }
}
