package io.gatehouse.core.token;

import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The claims of a token. Every one that is there must have its exact type; one that is not known is refused. */
final class PaaClaims {
    private static final String ID = "jti";
    private static final String SESSION = "sid";
    private static final String TARGETS = "targets";
    private static final String CLIENT = "client";
    private static final String DESKTOP = "desktop";
    private static final Set<String> KNOWN =
            IdentityClaims.with("iss", "aud", "iat", "exp", ID, SESSION, TARGETS, CLIENT, DESKTOP);

    private PaaClaims() {}

    static JWTClaimsSet write(PaaToken token, String issuer, String audience) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(audience)
                .issueTime(Date.from(token.issuedAt()))
                .expirationTime(Date.from(token.expires()))
                .jwtID(token.id())
                .claim(SESSION, token.session())
                .claim(
                        TARGETS,
                        token.targets().stream().map(Target::toString).sorted().toList());
        IdentityClaims.write(claims, token.identity());
        token.client().ifPresent(client -> claims.claim(CLIENT, AddressLiteral.text(client)));
        token.desktop().ifPresent(desktop -> claims.claim(DESKTOP, desktop));
        return claims.build();
    }

    static Parsed<PaaToken> read(JWTClaimsSet claims) throws ParseException {
        for (String name : claims.getClaims().keySet()) {
            if (!KNOWN.contains(name)) {
                return Parsed.faulty("unknown claim");
            }
        }
        try {
            return Parsed.valid(new PaaToken(
                    IdentityClaims.text(claims, ID),
                    IdentityClaims.text(claims, SESSION),
                    IdentityClaims.read(claims),
                    targets(IdentityClaims.texts(claims, TARGETS)),
                    instant(claims.getIssueTime()),
                    instant(claims.getExpirationTime()),
                    client(IdentityClaims.optional(claims, CLIENT)),
                    IdentityClaims.optional(claims, DESKTOP)));
        } catch (IllegalArgumentException e) {
            return Parsed.faulty(String.valueOf(e.getMessage()));
        }
    }

    private static Set<Target> targets(Set<String> texts) {
        return texts.stream()
                .map(text -> switch (Target.parse(text)) {
                    case Parsed.Valid<Target>(Target target) -> target;
                    case Parsed.Faulty<Target>(String problem) -> throw new IllegalArgumentException(problem);
                })
                .collect(Collectors.toUnmodifiableSet());
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
