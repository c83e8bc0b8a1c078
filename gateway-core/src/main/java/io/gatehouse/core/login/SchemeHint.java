package io.gatehouse.core.login;

import java.util.Locale;
import java.util.Optional;

/**
 * MS-TSGU 3.3.5.1: how the client says, before any token, that it will sign in inside the tunnel. Trusted for the
 * choice of the mode only, never for an identity.
 */
public enum SchemeHint {
    /** No hint: the client signs in by HTTP, or has not yet said how. */
    NONE,
    /** By the cookie of TUNNEL_CREATE. */
    PAA,
    /** By NTLM in EXTENDED_AUTH_MSG. */
    SSPI_NTLM,
    /** By smart card. */
    SMARTCARD,
    /** By something that nobody knows. */
    OTHER;

    /**
     * The hint of a request. An {@code Authorization} header decides: a marker scheme (with or without a parameter,
     * which is ignored) is a hint; any other is a sign-in by HTTP, which no hint elsewhere can turn off. Without one,
     * the header {@code RDG-Auth-Scheme} goes before the query parameter {@code AuthS}. Names are compared without
     * case.
     */
    public static SchemeHint of(
            Optional<String> rdgAuthScheme, Optional<String> authorization, Optional<String> queryAuthS) {
        Optional<String> scheme = authorization.map(String::strip).filter(value -> !value.isEmpty());
        if (scheme.isPresent()) {
            SchemeHint marker = named(scheme.get().split("[ \t]", 2)[0]);
            return marker == OTHER ? NONE : marker;
        }
        return rdgAuthScheme
                .or(() -> queryAuthS)
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .map(SchemeHint::named)
                .orElse(NONE);
    }

    private static SchemeHint named(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "PAA" -> PAA;
            case "SSPI_NTLM" -> SSPI_NTLM;
            case "SMARTCARD" -> SMARTCARD;
            default -> OTHER;
        };
    }
}
