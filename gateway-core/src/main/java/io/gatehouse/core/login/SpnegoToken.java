package io.gatehouse.core.login;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.der.DerWriter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * RFC 4178 section 4.2: the tokens of SPNEGO. Parsing is strict DER of a fixed shape, without recursion and with every
 * length checked; {@link MalformedSpnegoException} is all that hostile bytes can cause.
 */
sealed interface SpnegoToken {
    /** The largest token that is looked at, in bytes. */
    int MAX_LENGTH = 64 * 1024;

    /** More mechanisms than any client knows. */
    int MAX_MECHANISMS = 16;

    /** The tag of GSS framing (RFC 2743 section 3.1). */
    int GSS_FRAME = 0x60;

    /** The tag of a NegTokenResp. */
    int RESPONSE = 0xa1;

    /**
     * RFC 4178 section 4.2.1: NegTokenInit.
     *
     * @param mechTypes the client's mechanisms, its favourite first; at least one
     * @param mechTypeList the DER of the list as the client sent it: what the mechListMIC covers
     * @param mechToken the first token of the favourite
     * @param mechListMic the integrity code, when the favourite needs a single token only
     */
    record Init(
            List<ObjectIdentifier> mechTypes,
            Token mechTypeList,
            Optional<Token> mechToken,
            Optional<Token> mechListMic)
            implements SpnegoToken {
        public Init {
            mechTypes = List.copyOf(mechTypes);
        }
    }

    /** RFC 4178 section 4.2.2: NegTokenResp. */
    record Response(
            Optional<State> state,
            Optional<ObjectIdentifier> supportedMech,
            Optional<Token> responseToken,
            Optional<Token> mechListMic)
            implements SpnegoToken {

        /** The DER of this token. */
        Token encode() {
            ByteArrayOutputStream fields = new ByteArrayOutputStream();
            state.ifPresent(value -> fields.writeBytes(
                    DerWriter.value(0xa0, DerWriter.value(Der.ENUMERATED, new byte[] {value.code()}))));
            supportedMech.ifPresent(mech ->
                    fields.writeBytes(DerWriter.value(0xa1, DerWriter.value(Der.OBJECT_IDENTIFIER, mech.content()))));
            responseToken.ifPresent(token ->
                    fields.writeBytes(DerWriter.value(0xa2, DerWriter.value(Der.OCTET_STRING, token.bytes()))));
            mechListMic.ifPresent(
                    mic -> fields.writeBytes(DerWriter.value(0xa3, DerWriter.value(Der.OCTET_STRING, mic.bytes()))));
            return Token.of(DerWriter.value(RESPONSE, DerWriter.value(Der.SEQUENCE, fields.toByteArray())));
        }
    }

    /** RFC 4178 section 4.2.2: negState. */
    enum State {
        ACCEPT_COMPLETED(0),
        ACCEPT_INCOMPLETE(1),
        REJECT(2),
        REQUEST_MIC(3);

        private final byte code;

        State(int code) {
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }
    }

    /** Parses a NegTokenInit in GSS framing or a bare NegTokenResp. */
    static SpnegoToken parse(Token token) throws MalformedSpnegoException {
        try {
            return parse(reader(token));
        } catch (MalformedException malformed) {
            throw new MalformedSpnegoException(malformed.reason());
        }
    }

    private static SpnegoToken parse(DerReader reader) throws MalformedException, MalformedSpnegoException {
        if (reader.isAt(RESPONSE)) {
            return response(reader.enterLast(RESPONSE).enterLast(Der.SEQUENCE));
        }
        DerReader frame = reader.enterLast(GSS_FRAME);
        ObjectIdentifier mechanism = objectIdentifier(frame.enter(Der.OBJECT_IDENTIFIER));
        if (!mechanism.equals(ObjectIdentifier.SPNEGO)) {
            throw new MalformedSpnegoException("GSS framing of mechanism " + mechanism.hex() + " (expected SPNEGO)");
        }
        return init(frame.enterLast(0xa0).enterLast(Der.SEQUENCE));
    }

    /** The mechanism that a token in GSS framing (RFC 2743 section 3.1) says it belongs to. */
    static ObjectIdentifier framedMechanism(Token token) throws MalformedSpnegoException {
        try {
            return objectIdentifier(reader(token).enterLast(GSS_FRAME).enter(Der.OBJECT_IDENTIFIER));
        } catch (MalformedException malformed) {
            throw new MalformedSpnegoException(malformed.reason());
        }
    }

    private static DerReader reader(Token token) throws MalformedSpnegoException {
        if (token.length() > MAX_LENGTH) {
            throw new MalformedSpnegoException(
                    "SPNEGO token of %d bytes (expected at most %d)".formatted(token.length(), MAX_LENGTH));
        }
        return new DerReader(token.bytes());
    }

    private static Init init(DerReader fields) throws MalformedException, MalformedSpnegoException {
        DerReader list = fields.enter(0xa0);
        Token mechTypeList = list.peekRemaining();
        DerReader types = list.enterLast(Der.SEQUENCE);
        List<ObjectIdentifier> mechTypes = new ArrayList<>();
        while (!types.isAtEnd()) {
            if (mechTypes.size() == MAX_MECHANISMS) {
                throw new MalformedSpnegoException("more than " + MAX_MECHANISMS + " mechanisms");
            }
            mechTypes.add(objectIdentifier(types.enter(Der.OBJECT_IDENTIFIER)));
        }
        if (mechTypes.isEmpty()) {
            throw new MalformedSpnegoException("no mechanisms");
        }
        if (fields.isAt(0xa1)) {
            fields.enter(0xa1)
                    .enterLast(Der.BIT_STRING); // reqFlags: without integrity, to be ignored (RFC 4178 section 4.2.1)
        }
        Optional<Token> mechToken = octets(fields, 0xa2);
        Optional<Token> mechListMic = octets(fields, 0xa3);
        fields.expectEnd();
        return new Init(mechTypes, mechTypeList, mechToken, mechListMic);
    }

    private static Response response(DerReader fields) throws MalformedException, MalformedSpnegoException {
        Optional<State> state = fields.isAt(0xa0) ? Optional.of(state(fields.enter(0xa0))) : Optional.empty();
        Optional<ObjectIdentifier> supportedMech = fields.isAt(0xa1)
                ? Optional.of(objectIdentifier(fields.enter(0xa1).enterLast(Der.OBJECT_IDENTIFIER)))
                : Optional.empty();
        Optional<Token> responseToken = octets(fields, 0xa2);
        Optional<Token> mechListMic = octets(fields, 0xa3);
        fields.expectEnd();
        return new Response(state, supportedMech, responseToken, mechListMic);
    }

    private static State state(DerReader field) throws MalformedException, MalformedSpnegoException {
        byte[] value = field.enterLast(Der.ENUMERATED).remaining().bytes();
        for (State state : State.values()) {
            if (value.length == 1 && value[0] == state.code()) {
                return state;
            }
        }
        throw new MalformedSpnegoException("unknown negState");
    }

    private static Optional<Token> octets(DerReader fields, int tag) throws MalformedException {
        return fields.isAt(tag)
                ? Optional.of(fields.enter(tag).enterLast(Der.OCTET_STRING).remaining())
                : Optional.empty();
    }

    private static ObjectIdentifier objectIdentifier(DerReader content) throws MalformedSpnegoException {
        byte[] octets = content.remaining().bytes();
        if (octets.length == 0 || octets.length > 32) {
            throw new MalformedSpnegoException(
                    "object identifier of %d octets (expected 1 to 32)".formatted(octets.length));
        }
        return ObjectIdentifier.of(octets);
    }
}
