package io.gatehouse.core.token;

import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.api.Identity;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
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
import org.jspecify.annotations.Nullable;

/** The claims of a token. Every one that is there must have its exact type; one that is not known is refused. */
final class PaaClaims {
    private static final String ID = "jti";
    private static final String SESSION = "sid";
    private static final String SUBJECT = "sub";
    private static final String DOMAIN = "domain";
    private static final String UPN = "upn";
    private static final String PROVIDER = "provider";
    private static final String METHOD = "method";
    private static final String GROUPS = "groups";
    private static final String SIDS = "sids";
    private static final String PROOFS = "proofs";
    private static final String TARGETS = "targets";
    private static final String CLIENT = "client";
    private static final String CLAIMS = "claims";
    private static final String DESKTOP = "desktop";
    /** Digests of the names of which groups and claims are the user's. */
    private static final String GROUPS_FROM = "groups-from";

    private static final String CLAIMS_FROM = "claims-from";
    private static final Set<String> KNOWN = Set.of(
            "iss",
            "aud",
            "iat",
            "exp",
            ID,
            SESSION,
            SUBJECT,
            DOMAIN,
            UPN,
            PROVIDER,
            METHOD,
            GROUPS,
            SIDS,
            PROOFS,
            TARGETS,
            CLIENT,
            CLAIMS,
            DESKTOP,
            GROUPS_FROM,
            CLAIMS_FROM);

    private static final int LONGEST_TEXT = 512;
    private static final int MOST_ELEMENTS = 256;

    private PaaClaims() {}

    static JWTClaimsSet write(PaaToken token, String issuer, String audience) {
        Identity identity = token.identity();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(audience)
                .issueTime(Date.from(token.issuedAt()))
                .expirationTime(Date.from(token.expires()))
                .jwtID(token.id())
                .claim(SESSION, token.session())
                .subject(identity.user())
                .claim(PROVIDER, identity.provider())
                .claim(METHOD, identity.method())
                .claim(
                        TARGETS,
                        token.targets().stream().map(Target::toString).sorted().toList());
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
        token.client().ifPresent(client -> claims.claim(CLIENT, AddressLiteral.text(client)));
        token.desktop().ifPresent(desktop -> claims.claim(DESKTOP, desktop));
        if (!identity.claims().isEmpty()) {
            Map<String, List<String>> told = new TreeMap<>();
            identity.claims().forEach((name, values) -> told.put(name, List.copyOf(new TreeSet<>(values))));
            claims.claim(CLAIMS, told);
        }
        return claims.build();
    }

    private static void claimUnlessEmpty(JWTClaimsSet.Builder claims, String name, Iterable<String> values) {
        TreeSet<String> sorted = new TreeSet<>();
        values.forEach(sorted::add);
        if (!sorted.isEmpty()) {
            claims.claim(name, List.copyOf(sorted));
        }
    }

    static Parsed<PaaToken> read(JWTClaimsSet claims) throws ParseException {
        for (String name : claims.getClaims().keySet()) {
            if (!KNOWN.contains(name)) {
                return Parsed.faulty("unknown claim");
            }
        }
        try {
            Identity identity = new Identity(
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
            return Parsed.valid(new PaaToken(
                    text(claims, ID),
                    text(claims, SESSION),
                    identity,
                    targets(texts(claims, TARGETS)),
                    instant(claims.getIssueTime()),
                    instant(claims.getExpirationTime()),
                    client(optional(claims, CLIENT)),
                    optional(claims, DESKTOP)));
        } catch (IllegalArgumentException e) {
            return Parsed.faulty(String.valueOf(e.getMessage()));
        }
    }

    private static String text(JWTClaimsSet claims, String name) throws ParseException {
        return optional(claims, name).orElseThrow(() -> new IllegalArgumentException("claim " + name + " is missing"));
    }

    private static Optional<String> optional(JWTClaimsSet claims, String name) throws ParseException {
        Optional<String> text = Optional.ofNullable(claims.getStringClaim(name));
        text.filter(value -> value.isBlank() || value.length() > LONGEST_TEXT).ifPresent(value -> {
            throw new IllegalArgumentException(
                    "claim " + name + " of " + value.length() + " characters (expected 1 to " + LONGEST_TEXT + ")");
        });
        return text;
    }

    private static Set<String> texts(JWTClaimsSet claims, String name) throws ParseException {
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

    private static Set<Target> targets(Set<String> texts) {
        List<Target> targets = new ArrayList<>();
        for (String text : texts) {
            int colon = text.lastIndexOf(':');
            if (colon < 1 || !text.substring(colon + 1).matches("[1-9][0-9]{0,4}")) {
                throw new IllegalArgumentException("a target that is not host:port");
            }
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port > 65535
                    || !(TargetName.parse(text.substring(0, colon))
                            instanceof Parsed.Valid<TargetName>(TargetName name))) {
                throw new IllegalArgumentException("a target that is not host:port");
            }
            targets.add(new Target(name.host(), port));
        }
        return Set.copyOf(targets);
    }

    private static Instant instant(@Nullable Date date) {
        if (date == null) {
            throw new IllegalArgumentException("claim iat or exp is missing");
        }
        return date.toInstant();
    }

    private static Optional<InetAddress> client(Optional<String> text) {
        Optional<InetAddress> address = text.flatMap(AddressLiteral::parse);
        if (text.isPresent() && address.isEmpty()) {
            throw new IllegalArgumentException("claim client is not an address");
        }
        return address;
    }
}
