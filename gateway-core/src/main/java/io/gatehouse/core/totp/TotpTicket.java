package io.gatehouse.core.totp;

import java.time.Instant;

/**
 * Lets the user of an account set up one-time codes once.
 *
 * @param account {@link io.gatehouse.core.account.NamedAccount#key}, as an administrator named it
 * @param hash of the ticket
 * @param until it is good
 */
public record TotpTicket(String account, String hash, Instant until) {}
