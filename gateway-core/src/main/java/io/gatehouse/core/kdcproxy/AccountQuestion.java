package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Token;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerWriter;
import io.gatehouse.formats.kerberos.KerberosString;
import io.gatehouse.formats.kerberos.KerberosTime;
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

    private static final int NAME_EXPIRED = 1;
    private static final int CLIENT_UNKNOWN = 6;
    private static final int KEY_EXPIRED = 23;
    private static final int PREAUTHENTICATION_REQUIRED = 25;

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
        byte[] types = DerWriter.sequence(
                ENCRYPTION_TYPES.stream().map(DerWriter::integer).toArray(byte[][]::new));
        byte[] body = DerWriter.sequence(
                DerWriter.field(0, DerWriter.value(Der.BIT_STRING, new byte[5])),
                DerWriter.field(1, client.encode()),
                DerWriter.field(2, KerberosString.encode(realm)),
                DerWriter.field(3, service.encode()),
                DerWriter.field(5, KerberosTime.encode(TILL)),
                DerWriter.field(7, DerWriter.integer(nonce & Integer.MAX_VALUE)),
                DerWriter.field(8, types));
        Token message = Token.of(DerWriter.value(
                Der.application(KdcRequest.AS_REQ),
                DerWriter.sequence(
                        DerWriter.field(1, DerWriter.integer(KdcRequest.VERSION)),
                        DerWriter.field(2, DerWriter.integer(KdcRequest.AS_REQ)),
                        DerWriter.field(4, body))));
        return new PermittedRequest(
                domain,
                new KerberosRequest.Authentication(realm, client, service, false, false),
                message,
                Optional.empty());
    }

    /** What a KDC's answer says of the account. Anything that is not surely about it is "not known". */
    public AccountStatus read(Token answer) {
        return switch (KerberosAnswer.read(answer, MessageType.AS_REQ).orElse(new KerberosAnswer.Failed(-1))) {
            case KerberosAnswer.Granted _ -> AccountStatus.Active.WITHOUT_GROUPS;
            case KerberosAnswer.Failed(int code) ->
                switch (code) {
                    case PREAUTHENTICATION_REQUIRED, KEY_EXPIRED -> AccountStatus.Active.WITHOUT_GROUPS;
                    case CLIENT_UNKNOWN ->
                        new AccountStatus.Gone("the KDC of " + realm + " knows no such account any more");
                    case NAME_EXPIRED -> new AccountStatus.Gone("the account has expired (KDC of " + realm + ")");
                    case KerberosErrors.CLIENT_REVOKED -> revoked(Revocation.read(answer));
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
