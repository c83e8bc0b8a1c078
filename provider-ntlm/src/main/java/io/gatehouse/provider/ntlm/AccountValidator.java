package io.gatehouse.provider.ntlm;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.OwnNames;
import io.gatehouse.formats.ntlm.NtlmCrypto;
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
 * <p>A name is a local account's when it has no domain, or a name of the gateway for one ({@link OwnNames}). Where no
 * domain was typed, Windows' clients may send the name of their own machine, and they do for {@code .\alice}: a domain
 * that equals the message's workstation counts as none. The response is always computed over the very domain that was
 * sent. Names with another domain are refused after the same work, whatever the password is. The identity has no
 * domain.
 */
final class AccountValidator implements NtlmValidator {
    private final TargetNames names;
    private final OwnNames own;
    private final Function<String, Optional<Account>> accounts;
    private final AccountDirectory directory;
    /** Stands in for the hash of accounts that have none, so that they cost the same work. */
    private final byte[] dummyHash = new byte[NtlmCrypto.LENGTH];

    /**
     * A validator.
     *
     * @param accounts finds an account by its name
     * @param directory tells what became of accounts
     */
    AccountValidator(
            TargetNames names,
            Function<String, Optional<Account>> accounts,
            AccountDirectory directory,
            SecureRandom random) {
        this.names = names;
        this.own = OwnNames.of(names.dnsComputer(), names.computer(), names.domain(), names.dnsDomain());
        this.accounts = accounts;
        this.directory = directory;
        random.nextBytes(dummyHash);
    }

    @Override
    public TargetNames names() {
        return names;
    }

    @Override
    public String account(String user, String domain) {
        return account(user, domain, "");
    }

    /** A name with another domain is counted by itself: guesses at it must not lock the local account of that name. */
    @Override
    public String account(String user, String domain, String workstation) {
        String text = domain.isEmpty() ? user : domain + "\\" + user;
        return Account.normalise(local(user, domain, workstation).orElse(text));
    }

    /** The name of the local account that is meant; empty when another domain's is. */
    private Optional<String> local(String user, String domain, String workstation) {
        if (!domain.isEmpty()) {
            return own.includeDomain(domain) || domain.equalsIgnoreCase(workstation)
                    ? Optional.of(user)
                    : Optional.empty();
        }
        int at = user.lastIndexOf('@');
        if (at < 0) {
            return Optional.of(user);
        }
        return at > 0 && own.includeSuffix(user.substring(at + 1))
                ? Optional.of(user.substring(0, at))
                : Optional.empty();
    }

    @Override
    public Optional<AccountDirectory> accounts() {
        return Optional.of(directory);
    }

    @Override
    public NtlmLogon validate(NtlmResponse response) {
        Optional<String> local = local(response.user(), response.domain(), response.workstation());
        Optional<Account> account =
                accounts.apply(Account.normalise(local.orElse(response.user()))).filter(_ -> local.isPresent());
        Optional<byte[]> hash = account.flatMap(NtHash::of);

        byte[] key = NtlmCrypto.ntowfv2(hash.orElse(dummyHash), response.user(), response.domain());
        NtlmV2Response ntlmV2 = response.ntlmV2();
        byte[] proof = NtlmCrypto.hmacMd5(
                key, response.serverChallenge().bytes(), ntlmV2.blob().bytes());
        byte[] sessionBaseKey = NtlmCrypto.hmacMd5(key, proof);
        boolean right = MessageDigest.isEqual(proof, ntlmV2.proof().bytes());

        if (local.isEmpty()) {
            return new NtlmLogon.Refused(
                    Reason.NOT_KNOWN, "no such account: the domain is none of the gateway's own names");
        }
        if (account.isEmpty()) {
            return new NtlmLogon.Refused(Reason.NOT_KNOWN, "no such account");
        }
        if (hash.isEmpty()) {
            return new NtlmLogon.Refused(Reason.NOT_KNOWN, "the account has no NT hash (set its password again)");
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
