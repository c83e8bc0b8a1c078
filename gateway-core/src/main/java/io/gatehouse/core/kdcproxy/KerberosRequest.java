package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.kerberos.PrincipalName;

/**
 * A message that the KDC proxy carries, as far as it looks into it. Parsing is strict: two programs that read one
 * message differently would let a client show the gateway one name and the KDC another.
 */
sealed interface KerberosRequest {
    /** The realm that the message itself names. */
    String realm();

    /** What kind of message it is. */
    MessageType type();

    /**
     * RFC 4120 section 5.4.1: AS-REQ. Somebody asks for their first ticket, usually with a proof of their password.
     *
     * @param client who they say they are; within a FAST armour (RFC 6113) they may say something else
     * @param server what they want a ticket for
     * @param provesPassword whether there is pre-authentication that is not inside a FAST armour. A ticket in answer
     *     does not show that it was right: some accounts need none
     * @param armoured whether there is a FAST armour, inside which may be a proof, and another name
     */
    record Authentication(
            String realm, PrincipalName client, PrincipalName server, boolean provesPassword, boolean armoured)
            implements KerberosRequest {
        /** Whether a KDC may find a wrong password in it, and count that against the account. */
        boolean triesPassword() {
            return provesPassword || armoured;
        }

        @Override
        public MessageType type() {
            return MessageType.AS_REQ;
        }
    }

    /** RFC 4120 section 5.4.1: TGS-REQ. Somebody who has a ticket asks for another. */
    record ServiceTicket(String realm) implements KerberosRequest {
        @Override
        public MessageType type() {
            return MessageType.TGS_REQ;
        }
    }

    /** RFC 3244 section 2: somebody who has a ticket for it changes a password. */
    record PasswordChange(String realm) implements KerberosRequest {
        @Override
        public MessageType type() {
            return MessageType.KPASSWD;
        }
    }

    /** Reads {@code message}, which must be one of these. */
    static KerberosRequest parse(Token message) throws MalformedException {
        byte[] bytes = message.bytes();
        return PasswordFrame.looksLike(bytes) ? PasswordFrame.request(bytes) : KdcRequest.parse(bytes);
    }
}
