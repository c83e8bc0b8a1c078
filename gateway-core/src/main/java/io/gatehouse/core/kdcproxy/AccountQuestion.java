package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Token;
import io.gatehouse.formats.kerberos.AuthenticationRequest;
import io.gatehouse.formats.kerberos.ErrorCodes;
import io.gatehouse.formats.kerberos.PrincipalName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Asks a KDC what became of an account: an AS-REQ without pre-authentication (RFC 4120 section 5.4.1). It needs no
 * credential, no KDC counts it as a wrong password, and the answer is an error that says what stands in the way of a
 * ticket, or a ticket that nobody can read without the password.
 */
public final class AccountQuestion {
    private static final int PRINCIPAL = 1;
    /**
     * No KDC issues a ticket for so long, and all of them take it for "as long as possible"; Windows asks for it too.
     */
    private static final Instant TILL = Instant.parse("2037-09-13T02:48:05Z");
    /**
     * AES of RFC 3962 and RFC 8009, and RC4: a KDC that has none of them for an account says so, and is not understood.
     */
    private static final List<Integer> ENCRYPTION_TYPES = List.of(18, 17, 20, 19, 23);

    private final Domain domain;
    private final String realm;
    private final PrincipalName client;
    private final int nonce;

    private AccountQuestion(Domain domain, String realm, PrincipalName client, int nonce) {
        this.domain = domain;
        this.realm = realm;
        this.client = client;
        this.nonce = nonce;
    }

    /**
     * About the account of {@code user}.
     *
     * @param domain that of the user
     * @param nonce random: a KDC answers a message that it had lately with the answer of then
     * @return empty when the domain has no realm
     */
    public static Optional<AccountQuestion> about(Identity user, Domain domain, int nonce) {
        PrincipalName name = new PrincipalName(PRINCIPAL, List.of(user.user().split("/", -1)));
        return domain.realm().map(realm -> new AccountQuestion(domain, realm, name, nonce));
    }

    /** What a KDC is to be asked; any number of them may get it. */
    public PermittedRequest request() {
        PrincipalName service = PrincipalName.ticketGranting(realm);
        AuthenticationRequest question =
                new AuthenticationRequest(client, service, realm, TILL, nonce & Integer.MAX_VALUE, ENCRYPTION_TYPES);
        return new PermittedRequest(
                domain,
                new KerberosRequest.Authentication(realm, client, service, false, false),
                Token.of(question.encode()),
                Optional.empty());
    }

    /** What a KDC's answer says of the account. Anything that is not surely about it is "not known". */
    public AccountStatus read(Token answer) {
        return switch (KerberosAnswer.read(answer, MessageType.AS_REQ).orElse(new KerberosAnswer.Failed(-1))) {
            case KerberosAnswer.Granted _ -> AccountStatus.Active.WITHOUT_GROUPS;
            case KerberosAnswer.Failed(int code) ->
                switch (code) {
                    case ErrorCodes.PREAUTHENTICATION_REQUIRED, ErrorCodes.KEY_EXPIRED ->
                        AccountStatus.Active.WITHOUT_GROUPS;
                    case ErrorCodes.CLIENT_UNKNOWN ->
                        new AccountStatus.Gone("the KDC of " + realm + " knows no such account any more");
                    case ErrorCodes.NAME_EXPIRED ->
                        new AccountStatus.Gone("the account has expired (KDC of " + realm + ")");
                    case ErrorCodes.CLIENT_REVOKED -> revoked(Revocation.read(answer));
                    default -> new AccountStatus.Unavailable("the KDC of " + realm + " answered with error " + code);
                };
        };
    }

    private AccountStatus revoked(Revocation why) {
        return switch (why) {
            case DISABLED -> new AccountStatus.Gone("the account is disabled (KDC of " + realm + ")");
            case EXPIRED -> new AccountStatus.Gone("the account has expired (KDC of " + realm + ")");
            case LOCKED, NOT_NOW -> AccountStatus.Active.WITHOUT_GROUPS;
            case UNTOLD ->
                new AccountStatus.Unavailable("the KDC of " + realm
                        + " does not say whether the account is disabled, or locked because of wrong passwords");
        };
    }
}
