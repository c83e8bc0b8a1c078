package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import java.util.Optional;

/** What a KDC answered, as far as the KDC proxy looks into it. */
sealed interface KerberosAnswer {
    /** The tag of an AS-REP (RFC 4120 section 5.10). */
    int AS_REP = Der.application(11);

    /** The tag of a TGS-REP. */
    int TGS_REP = Der.application(13);

    /** The tag of a KRB-ERROR. */
    int KRB_ERROR = Der.application(30);

    /** An AS-REP, a TGS-REP or what became of a change of a password. */
    record Granted() implements KerberosAnswer {}

    /**
     * RFC 4120 section 5.9.1: KRB-ERROR.
     *
     * @param code of section 7.5.9
     */
    record Failed(int code) implements KerberosAnswer {}

    /** Reads {@code answer}; empty when it is none to a message of {@code type}. */
    static Optional<KerberosAnswer> read(Token answer, MessageType type) {
        byte[] bytes = answer.bytes();
        DerReader reader = new DerReader(bytes);
        if (reader.isAt(KRB_ERROR)) {
            return failed(reader);
        }
        boolean granted = switch (type) {
            case AS_REQ -> reader.isAt(AS_REP);
            case TGS_REQ -> reader.isAt(TGS_REP);
            case KPASSWD -> PasswordFrame.isAnswer(bytes);
        };
        return granted ? Optional.of(new Granted()) : Optional.empty();
    }

    private static Optional<KerberosAnswer> failed(DerReader reader) {
        try {
            DerReader fields = reader.enterLast(KRB_ERROR).enterLast(Der.SEQUENCE);
            while (!fields.isAt(Der.context(6))) {
                fields.skip();
            }
            return Optional.of(new Failed(fields.enter(Der.context(6)).lastInteger()));
        } catch (MalformedException malformed) {
            return Optional.empty();
        }
    }
}
