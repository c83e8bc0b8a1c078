package io.gatehouse.api;

import java.util.Locale;
import java.util.Optional;

/**
 * Names the kind of token that a {@link TokenMechanism} understands.
 *
 * <p>{@link #httpName()} is the spelling in {@code WWW-Authenticate} and {@code Authorization}. A scheme without one
 * never stands alone on HTTP: {@link #KERBEROS} travels inside {@code Negotiate}.
 */
public enum Scheme {
    /** RFC 7617: user name and password, UTF-8, in one round. */
    BASIC("Basic"),
    /** MS-NLMP: raw NTLMSSP messages, three rounds. Also carried inside Negotiate and inside the tunnel. */
    NTLM("NTLM"),
    /** A raw Kerberos AP-REQ in GSS framing. */
    KERBEROS(null),
    /**
     * RFC 4559: SPNEGO, bare Kerberos or raw NTLMSSP. The core composes it from the mechanisms that are switched on.
     */
    NEGOTIATE("Negotiate"),
    /** RFC 6750: an access token. */
    BEARER("Bearer");

    private final @org.jspecify.annotations.Nullable String httpName;

    Scheme(@org.jspecify.annotations.Nullable String httpName) {
        this.httpName = httpName;
    }

    /** Its one word in rules, audit lines, metrics and documentation, for example {@code ntlm}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The scheme's spelling on HTTP, empty when it never stands there by itself. */
    public Optional<String> httpName() {
        return Optional.ofNullable(httpName);
    }
}
