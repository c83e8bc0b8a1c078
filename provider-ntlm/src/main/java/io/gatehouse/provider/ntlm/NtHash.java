package io.gatehouse.provider.ntlm;

import io.gatehouse.api.CredentialEncoder;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.ntlm.NtlmCrypto;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The credential {@code $3$$<32 hex digits>}: the NT hash, which is all that NTLM asks of a password store. It has no
 * salt and signs in as well as the password itself would.
 */
public final class NtHash implements CredentialEncoder {
    private static final String PREFIX = "$3$$";

    /** For {@link java.util.ServiceLoader}. */
    public NtHash() {}

    @Override
    public String purpose() {
        return "NTLM (mstsc, FreeRDP)";
    }

    @Override
    public Secret encode(String password) {
        return Secret.ofText(PREFIX + HexFormat.of().formatHex(NtlmCrypto.ntHash(password)));
    }

    /** The NT hash of an account; empty when it has none, or one that is not 32 hexadecimal digits. */
    static Optional<byte[]> of(Account account) {
        return account.credential(PREFIX)
                .map(text -> text.substring(PREFIX.length()))
                .filter(digits -> digits.matches("[0-9a-fA-F]{32}"))
                .map(HexFormat.of()::parseHex);
    }
}
