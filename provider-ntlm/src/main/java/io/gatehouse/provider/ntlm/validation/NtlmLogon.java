package io.gatehouse.provider.ntlm.validation;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Secret;

/** The answer of a validator to an NTLM response: the user, or the reason of the refusal. */
public sealed interface NtlmLogon {
    /**
     * The proof is right.
     *
     * @param identity who it is, by the names of whoever validated; no proofs yet
     * @param sessionBaseKey the 16 bytes that all keys of the exchange come from
     */
    record Confirmed(Identity identity, Secret sessionBaseKey) implements NtlmLogon {}

    /** The proof is wrong, or could not be judged. */
    record Refused(Outcome.Reason reason, String detail) implements NtlmLogon {}
}
