package io.gatehouse.core.login;

import io.gatehouse.api.Token;
import java.nio.charset.StandardCharsets;

/** MS-NLMP 2.2.1: as much of NTLMSSP as the sorting of tokens needs. */
final class NtlmMessages {
    private static final byte[] SIGNATURE = "NTLMSSP\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEGOTIATE = "NTLMSSP\0\1\0\0\0".getBytes(StandardCharsets.US_ASCII);

    private NtlmMessages() {}

    /** Whether {@code token} is any raw NTLMSSP message. */
    static boolean isNtlm(Token token) {
        return token.startsWith(SIGNATURE);
    }

    /** Whether {@code token} is a type 1 message, which begins an exchange. */
    static boolean isNegotiate(Token token) {
        return token.startsWith(NEGOTIATE);
    }
}
