package io.gatehouse.api;

/**
 * A way to sign in that a provider offers: a dialogue of tokens with any client, an assertion by somebody who signed
 * the user in already, or a detour of a browser to another site. All of them end in an {@link Outcome}.
 */
public sealed interface Mechanism permits TokenMechanism, AssertionMechanism, PortalMechanism {}
