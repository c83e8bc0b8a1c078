package io.gatehouse.api;

import java.util.Optional;

/**
 * A session at the site that signed somebody in.
 *
 * @param subject the user there, a stable identifier
 * @param session the session there, when the site names it
 * @param hint what ends it there, for example an ID token
 */
public record ProviderSession(String subject, Optional<String> session, Optional<Secret> hint) {}
