package io.gatehouse.provider.ntlm;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import io.gatehouse.api.account.Account;
import io.gatehouse.provider.ntlm.validation.NtlmCrypto;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;
import io.gatehouse.provider.ntlm.validation.NtlmV2Response;
import io.gatehouse.provider.ntlm.validation.NtlmValidator;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Validates against local accounts that have an NT hash.
 *
 * <p>Local accounts have one name space, so every domain that a client sends means the same account: {@code CORP\alice},
 * {@code .\alice} (for which mstsc sends the name of the client's machine) and {@code alice}. Nothing is given away: the proof
 * covers the very domain that was sent and only the account's own password makes it. The identity has no domain, whatever was
 * sent. {@code alice@name} with an empty domain is {@code alice} only when {@code name} is one of the gateway's own names.
 */
final class AccountValidator implements NtlmValidator {
    private final TargetNames names;
    private final Function<String, Optional<Account>> accounts;
    /** Stands in for the hash of accounts that have none, so that they cost the same work. */
    private final byte[] dummyHash = new byte[NtlmCrypto.LENGTH];

    AccountValidator(TargetNames names, Function<String, Optional<Account>> accounts, SecureRandom random) {
        this.names = names;
        this.accounts = accounts;
        random.nextBytes(dummyHash);
    }

    @Override
    public TargetNames names() {
        return names;
    }

    @Override
    public String account(String user, String domain) {
        int at = user.lastIndexOf('@');
        boolean ours = domain.isEmpty() && at > 0 && names.include(user.substring(at + 1));
        return Account.normalise(ours ? user.substring(0, at) : user);
    }

    @Override
    public NtlmLogon validate(NtlmResponse response) {
        Optional<Account> account = accounts.apply(account(response.user(), response.domain()));
        Optional<byte[]> hash = account.flatMap(NtHash::of);

        byte[] key = NtlmCrypto.ntowfv2(hash.orElse(dummyHash), response.user(), response.domain());
        NtlmV2Response ntlmV2 = response.ntlmV2();
        byte[] proof = NtlmCrypto.hmacMd5(
                key, response.serverChallenge().bytes(), ntlmV2.blob().bytes());
        byte[] sessionBaseKey = NtlmCrypto.hmacMd5(key, proof);
        boolean right = MessageDigest.isEqual(proof, ntlmV2.proof().bytes());

        if (account.isEmpty()) {
            return new NtlmLogon.Refused(Reason.NOT_KNOWN, "no such account");
        }
        if (hash.isEmpty()) {
            return new NtlmLogon.Refused(Reason.NOT_KNOWN, "the account has no NT hash (set its password anew)");
        }
        if (!account.get().enabled()) {
            return new NtlmLogon.Refused(Reason.LOCKED, "the account is disabled");
        }
        if (!right) {
            return new NtlmLogon.Refused(Reason.BAD_CREDENTIALS, "wrong password");
        }
        Identity identity = Identity.local(
                NtlmProviderFactory.NAME,
                NtlmProviderFactory.NAME,
                account.get().name(),
                account.get().groups(),
                Set.of());
        return new NtlmLogon.Confirmed(identity, Secret.of(sessionBaseKey));
    }
}
