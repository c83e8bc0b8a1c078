package io.gatehouse.core.login;

import io.gatehouse.api.Outcome.Rejected;
import java.util.Optional;

/**
 * A sign-in that failed, for the audit log; the peer learns nothing of it.
 *
 * @param method the scheme that was tried, in lower case; of what stands inside Negotiate when that is known
 * @param account the name that was claimed, as the provider normalised it; not verified, and not fit for a log before
 *     its control characters are removed
 * @param rejected why
 */
public record Refusal(String method, Optional<String> account, Rejected rejected) {}
