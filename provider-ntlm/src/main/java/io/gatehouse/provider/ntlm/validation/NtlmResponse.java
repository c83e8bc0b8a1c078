package io.gatehouse.provider.ntlm.validation;

import io.gatehouse.api.Token;

/**
 * What a validator needs to judge a client.
 *
 * @param user the user name exactly as the client sent it
 * @param domain the domain exactly as the client sent it, often empty
 * @param workstation the name that the client gives its own machine, often empty
 * @param serverChallenge the 8 bytes that the client was challenged with
 * @param ntlmV2 the NTLMv2 response
 */
public record NtlmResponse(
        String user, String domain, String workstation, Token serverChallenge, NtlmV2Response ntlmV2) {

    /** Of a client that does not name its machine. */
    public NtlmResponse(String user, String domain, Token serverChallenge, NtlmV2Response ntlmV2) {
        this(user, domain, "", serverChallenge, ntlmV2);
    }
}
