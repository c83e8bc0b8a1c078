package io.gatehouse.core.login;

import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The mechanisms that are switched on, by scheme and venue. Where several speak one scheme at one venue, the first in
 * the configured order wins and the others are never asked, so that one guess is one question. Immutable, safe for many
 * threads.
 */
public final class Mechanisms {
    private static final String BASIC_CHALLENGE = "Basic realm=\"Gatehouse\", charset=\"UTF-8\"";
    private static final String BEARER_CHALLENGE = "Bearer realm=\"Gatehouse\"";
    private static final String TUNNEL_NTLM_CHALLENGE = "SSPI_NTLM";

    private final List<TokenMechanism> inConfiguredOrder;
    private final Map<Scheme, TokenMechanism> http;
    private final List<Scheme> offered;
    private final Optional<TokenMechanism> extendedAuth;

    private Mechanisms(
            List<TokenMechanism> inConfiguredOrder,
            Map<Scheme, TokenMechanism> http,
            List<Scheme> offered,
            Optional<TokenMechanism> extendedAuth) {
        this.inConfiguredOrder = inConfiguredOrder;
        this.http = http;
        this.offered = offered;
        this.extendedAuth = extendedAuth;
    }

    /**
     * A registry of {@code inConfiguredOrder}, to which {@code Negotiate} is added where Kerberos or NTLM is on: in
     * front of the first of the two.
     */
    public static Mechanisms of(List<TokenMechanism> inConfiguredOrder) {
        Map<Scheme, TokenMechanism> http = new EnumMap<>(Scheme.class);
        List<Scheme> offered = new ArrayList<>();
        for (TokenMechanism mechanism : inConfiguredOrder) {
            if (!mechanism.venues().contains(Venue.HTTP_AUTHORIZATION)) {
                continue;
            }
            Scheme scheme = mechanism.scheme();
            if (http.putIfAbsent(scheme, mechanism) == null) {
                if ((scheme == Scheme.NTLM || scheme == Scheme.KERBEROS) && !offered.contains(Scheme.NEGOTIATE)) {
                    offered.add(Scheme.NEGOTIATE);
                }
                if (scheme == Scheme.NTLM || scheme == Scheme.BASIC || scheme == Scheme.BEARER) {
                    offered.add(scheme);
                }
            }
        }
        if (offered.contains(Scheme.NEGOTIATE)) {
            http.put(
                    Scheme.NEGOTIATE,
                    new NegotiateMechanism(
                            Optional.ofNullable(http.get(Scheme.KERBEROS)),
                            Optional.ofNullable(http.get(Scheme.NTLM))));
        }
        Optional<TokenMechanism> extendedAuth = inConfiguredOrder.stream()
                .filter(mechanism ->
                        mechanism.scheme() == Scheme.NTLM && mechanism.venues().contains(Venue.TUNNEL_EXTENDED_AUTH))
                .findFirst();
        return new Mechanisms(List.copyOf(inConfiguredOrder), http, List.copyOf(offered), extendedAuth);
    }

    /**
     * The values of {@code WWW-Authenticate} for a 401 without token, one a line, since clients read one scheme a line
     * (MS-TSGU clients compare these exact spellings). Basic and Bearer only where password and token would be
     * encrypted; the marker of NTLM inside the tunnel last.
     */
    public List<String> challenges(Peer peer) {
        List<String> lines = new ArrayList<>();
        for (Scheme scheme : offered) {
            if (isShown(scheme, peer)) {
                line(scheme).ifPresent(lines::add);
            }
        }
        if (extendedAuth.isPresent()) {
            lines.add(TUNNEL_NTLM_CHALLENGE);
        }
        return List.copyOf(lines);
    }

    private static Optional<String> line(Scheme scheme) {
        return switch (scheme) {
            case BASIC -> Optional.of(BASIC_CHALLENGE);
            case BEARER -> Optional.of(BEARER_CHALLENGE);
            case NTLM, KERBEROS, NEGOTIATE -> scheme.httpName();
        };
    }

    /** Whether {@code peer} may use a scheme: one that sends the secret itself needs encryption. */
    private static boolean isShown(Scheme scheme, Peer peer) {
        return (scheme != Scheme.BASIC && scheme != Scheme.BEARER) || peer.encrypted();
    }

    /**
     * The mechanism for an {@code Authorization} header.
     *
     * @param schemeName the header's scheme in any case
     * @return empty when the scheme is unknown, off, or Basic or Bearer on a connection that is not encrypted
     */
    public Optional<TokenMechanism> forHttp(String schemeName, Peer peer) {
        return http.values().stream()
                .filter(mechanism -> mechanism
                        .scheme()
                        .httpName()
                        .filter(schemeName::equalsIgnoreCase)
                        .isPresent())
                .filter(mechanism -> isShown(mechanism.scheme(), peer))
                .findFirst();
    }

    /** NTLM for EXTENDED_AUTH_MSG inside the tunnel, the mode SSPI_NTLM (MS-TSGU 3.3.5.3). */
    public Optional<TokenMechanism> forExtendedAuth() {
        return extendedAuth;
    }

    /**
     * The extended authentication that a client may announce instead of signing in by HTTP (MS-TSGU 3.3.5.1).
     *
     * @param tokens whether the gateway takes tokens
     */
    public Set<ExtendedAuthScheme> extendedAuthSchemes(boolean tokens) {
        Set<ExtendedAuthScheme> schemes = EnumSet.noneOf(ExtendedAuthScheme.class);
        if (extendedAuth.isPresent()) {
            schemes.add(ExtendedAuthScheme.SSPI_NTLM);
        }
        if (tokens) {
            schemes.add(ExtendedAuthScheme.PAA);
        }
        return schemes;
    }

    /** The first mechanism that checks the password of the portal's form. */
    public Optional<TokenMechanism> forPortalForm() {
        return inConfiguredOrder.stream()
                .filter(mechanism ->
                        mechanism.scheme() == Scheme.BASIC && mechanism.venues().contains(Venue.PORTAL_FORM))
                .findFirst();
    }

    /**
     * The mechanisms that browsers are asked for at the portal: Kerberos alone, since NTLM would make them ask for a
     * password in a window of their own. Empty when it is off.
     */
    public Optional<Mechanisms> forBrowsers() {
        List<TokenMechanism> kerberos = inConfiguredOrder.stream()
                .filter(mechanism -> mechanism.scheme() == Scheme.KERBEROS)
                .toList();
        return kerberos.isEmpty() ? Optional.empty() : Optional.of(of(kerberos));
    }
}
