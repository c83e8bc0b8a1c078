package io.gatehouse.core.token;

import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.api.Identity;
import java.text.ParseException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An identity as claims (RFC 7519), in tokens and files of the gateway's own. Every claim that is there must have its
 * exact type and a bounded length.
 */
public final class IdentityClaims {
    private static final String SUBJECT = "sub";
    private static final String DOMAIN = "domain";
    private static final String UPN = "upn";
    private static final String PROVIDER = "provider";
    private static final String METHOD = "method";
    private static final String GROUPS = "groups";
    private static final String SIDS = "sids";
    private static final String PROOFS = "proofs";
    private static final String CLAIMS = "claims";
    /** Digests of the names of which groups and claims are the user's. */
    private static final String GROUPS_FROM = "groups-from";

    private static final String CLAIMS_FROM = "claims-from";

    private static final Set<String> NAMES =
            Set.of(SUBJECT, DOMAIN, UPN, PROVIDER, METHOD, GROUPS, SIDS, PROOFS, CLAIMS, GROUPS_FROM, CLAIMS_FROM);

    private static final int LONGEST_TEXT = 512;
    private static final int MOST_ELEMENTS = 256;
    private static final int MOST_TEXT = 8 * 1024;

    private IdentityClaims() {}

    /** The names of these claims, and {@code others}. */
    public static Set<String> with(String... others) {
        return Stream.concat(NAMES.stream(), Stream.of(others)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether {@link #read} reads what {@link #write} makes of {@code identity}, and it is of a bounded length. */
    public static boolean canHold(Identity identity) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
        write(claims, identity);
        String text = claims.build().toString();
        if (text.length() > MOST_TEXT) {
            return false;
        }
        try {
            return read(JWTClaimsSet.parse(text)).user().equals(identity.user());
        } catch (ParseException | IllegalArgumentException _) {
            return false;
        }
    }

    /** Adds {@code identity} to {@code claims}; what confines it to targets is not in them. */
    public static void write(JWTClaimsSet.Builder claims, Identity identity) {
        claims.subject(identity.user()).claim(PROVIDER, identity.provider()).claim(METHOD, identity.method());
        identity.domain().ifPresent(domain -> claims.claim(DOMAIN, domain));
        identity.upn().ifPresent(upn -> claims.claim(UPN, upn));
        claimUnlessEmpty(claims, GROUPS, identity.groups());
        claimUnlessEmpty(claims, SIDS, identity.sids());
        claimUnlessEmpty(
                claims,
                PROOFS,
                identity.proofs().stream().map(Identity.Proof::name).toList());
        identity.extract().groups().ifPresent(digest -> claims.claim(GROUPS_FROM, digest));
        identity.extract().claims().ifPresent(digest -> claims.claim(CLAIMS_FROM, digest));
        if (!identity.claims().isEmpty()) {
            Map<String, List<String>> told = new TreeMap<>();
            identity.claims().forEach((name, values) -> told.put(name, List.copyOf(new TreeSet<>(values))));
            claims.claim(CLAIMS, told);
        }
    }

    private static void claimUnlessEmpty(JWTClaimsSet.Builder claims, String name, Iterable<String> values) {
        TreeSet<String> sorted = new TreeSet<>();
        values.forEach(sorted::add);
        if (!sorted.isEmpty()) {
            claims.claim(name, List.copyOf(sorted));
        }
    }

    /**
     * The identity in {@code claims}.
     *
     * @throws ParseException when a claim has another type
     * @throws IllegalArgumentException when one is missing, too long, or no such thing
     */
    public static Identity read(JWTClaimsSet claims) throws ParseException {
        return new Identity(
                        text(claims, PROVIDER),
                        text(claims, METHOD),
                        text(claims, SUBJECT),
                        optional(claims, DOMAIN),
                        optional(claims, UPN),
                        Set.of(),
                        texts(claims, SIDS),
                        proofs(texts(claims, PROOFS)))
                .withGroupsAsInRules(texts(claims, GROUPS))
                .withClaims(told(claims))
                .extracted(new Identity.Extract(optional(claims, GROUPS_FROM), optional(claims, CLAIMS_FROM)));
    }

    /**
     * A claim that must be there.
     *
     * @throws ParseException when it is no text
     * @throws IllegalArgumentException when it is missing or too long
     */
    public static String text(JWTClaimsSet claims, String name) throws ParseException {
        return optional(claims, name).orElseThrow(() -> new IllegalArgumentException("claim " + name + " is missing"));
    }

    /**
     * A claim that may be there.
     *
     * @throws ParseException when it is no text
     * @throws IllegalArgumentException when it is blank or too long
     */
    public static Optional<String> optional(JWTClaimsSet claims, String name) throws ParseException {
        Optional<String> text = Optional.ofNullable(claims.getStringClaim(name));
        text.filter(value -> value.isBlank() || value.length() > LONGEST_TEXT).ifPresent(value -> {
            throw new IllegalArgumentException(
                    "claim " + name + " of " + value.length() + " characters (expected 1 to " + LONGEST_TEXT + ")");
        });
        return text;
    }

    static Set<String> texts(JWTClaimsSet claims, String name) throws ParseException {
        @Nullable List<String> list = claims.getStringListClaim(name);
        if (list == null) {
            return Set.of();
        }
        Set<String> texts = new HashSet<>(list);
        if (texts.size() != list.size() || list.size() > MOST_ELEMENTS || texts.contains(null)) {
            throw new IllegalArgumentException("claim " + name + " of " + list.size() + " texts (expected at most "
                    + MOST_ELEMENTS + ", none twice)");
        }
        return texts;
    }

    /** What an identity provider said; {@link Identity} bounds it. */
    private static Map<String, Set<String>> told(JWTClaimsSet claims) throws ParseException {
        @Nullable Map<String, Object> told = claims.getJSONObjectClaim(CLAIMS);
        Map<String, Set<String>> texts = new HashMap<>();
        if (told != null) {
            for (Map.Entry<String, Object> claim : told.entrySet()) {
                if (!(claim.getValue() instanceof List<?> values)
                        || values.size() > Identity.MOST_VALUES
                        || !values.stream().allMatch(String.class::isInstance)) {
                    throw new IllegalArgumentException("a claim that is no list of texts");
                }
                texts.put(
                        claim.getKey(), values.stream().map(String.class::cast).collect(Collectors.toSet()));
            }
        }
        return texts;
    }

    private static Set<Identity.Proof> proofs(Set<String> names) {
        Set<Identity.Proof> proofs = EnumSet.noneOf(Identity.Proof.class);
        for (String name : names) {
            proofs.add(Identity.Proof.valueOf(name));
        }
        return proofs;
    }
}
