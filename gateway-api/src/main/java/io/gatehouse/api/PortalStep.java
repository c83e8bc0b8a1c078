package io.gatehouse.api;

import java.net.URI;

/** What a {@link PortalMechanism} wants: a detour of the browser, or to end. */
public sealed interface PortalStep permits PortalStep.Detour, PortalStep.SignedIn, Outcome.Rejected {

    /**
     * The browser must go to {@code to}.
     *
     * @param to the other site
     * @param state what {@link PortalMechanism#resume} needs: state, nonce, code verifier
     */
    record Detour(URI to, Secret state) implements PortalStep {}

    /**
     * The browser's user is {@code identity}.
     *
     * @param identity who
     * @param session the session at the other site
     */
    record SignedIn(Identity identity, ProviderSession session) implements PortalStep {}
}
