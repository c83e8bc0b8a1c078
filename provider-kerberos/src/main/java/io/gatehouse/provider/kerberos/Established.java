package io.gatehouse.provider.kerberos;

import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.api.Token;
import io.gatehouse.provider.kerberos.crypto.KeyUsage;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import io.gatehouse.provider.kerberos.message.ApReply;
import io.gatehouse.provider.kerberos.message.Authenticator;
import io.gatehouse.provider.kerberos.message.EncryptionKey;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The security context after an AP-REQ was accepted.
 *
 * @param reply KRB_AP_REP, when the client asked for it
 * @param integrity codes over messages; empty for RC4, whose tokens are others (RFC 4757) and which nobody needs here
 */
record Established(Optional<Token> reply, Optional<MessageIntegrity> integrity) {
    /** MIT and Heimdal keep to 30 bits, since some take the number for a signed one. */
    private static final int SEQUENCE_BITS = 30;

    static Established of(Acceptor.Proven proven, boolean mutual, SecureRandom random) {
        return mutual ? withReply(proven, random) : withoutReply(proven);
    }

    /** We make the key of all that follows, so that nothing recorded before can be played back to us. */
    private static Established withReply(Acceptor.Proven proven, SecureRandom random) {
        Authenticator authenticator = proven.authenticator();
        ProtocolKey sessionKey = proven.sessionKey();
        ProtocolKey subkey = ProtocolKey.random(sessionKey.type(), random);
        long sequence = random.nextInt(1 << SEQUENCE_BITS);
        byte[] part = ApReply.part(
                authenticator.seconds(),
                authenticator.microseconds(),
                Optional.of(new EncryptionKey(subkey.type().number(), subkey.value())),
                sequence);
        byte[] reply =
                ApReply.encode(sessionKey.type().number(), sessionKey.encrypt(KeyUsage.AP_REP_PART, part, random));
        return new Established(Optional.of(Token.of(reply)), integrity(subkey, true, expected(proven), sequence));
    }

    /** Without our own word on it, both sides count from the client's number. */
    private static Established withoutReply(Acceptor.Proven proven) {
        Authenticator authenticator = proven.authenticator();
        Optional<ProtocolKey> key = authenticator.subkey().isPresent()
                ? authenticator.subkey().flatMap(subkey -> ProtocolKey.of(subkey.encryptionType(), subkey.value()))
                : Optional.of(proven.sessionKey());
        return new Established(
                Optional.empty(),
                key.flatMap(present -> integrity(present, false, expected(proven), authenticator.sequenceNumber())));
    }

    private static OptionalLong expected(Acceptor.Proven proven) {
        return proven.countsMessages()
                ? OptionalLong.of(proven.authenticator().sequenceNumber())
                : OptionalLong.empty();
    }

    private static Optional<MessageIntegrity> integrity(
            ProtocolKey key, boolean isAcceptorSubkey, OptionalLong initiatorSequence, long acceptorSequence) {
        return key.type().isWeak()
                ? Optional.empty()
                : Optional.of(new KerberosIntegrity(key, isAcceptorSubkey, initiatorSequence, acceptorSequence));
    }
}
