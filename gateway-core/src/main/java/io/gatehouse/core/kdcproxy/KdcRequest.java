package io.gatehouse.core.kdcproxy;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.kerberos.KerberosString;
import io.gatehouse.formats.kerberos.PrincipalName;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * RFC 4120 section 5.4.1: KDC-REQ, read as far as the names in its body.
 *
 * @param preAuthentication the types of its pre-authentication data
 */
record KdcRequest(
        Set<Integer> preAuthentication, Optional<PrincipalName> client, String realm, Optional<PrincipalName> server) {
    static final int AS_REQ = 10;
    private static final int TGS_REQ = 12;
    static final int VERSION = 5;

    private static final int MOST_PRE_AUTHENTICATION = 64;
    private static final int LAST_BODY_FIELD = Der.context(11);

    /** PA-FX-FAST: the real request is encrypted inside. */
    private static final int FAST = 136;

    /**
     * PA-ENC-TIMESTAMP, PA-PK-AS-REQ (and its draft), PA-SPAKE: a KDC answers with a ticket only to who knows the key.
     */
    private static final Set<Integer> PROOFS = Set.of(2, 14, 16, 151);

    KdcRequest {
        preAuthentication = Set.copyOf(preAuthentication);
    }

    static KerberosRequest parse(byte[] bytes) throws MalformedException {
        DerReader reader = new DerReader(bytes);
        if (reader.isAt(Der.application(AS_REQ))) {
            return of(reader.enterLast(Der.application(AS_REQ)), AS_REQ).authentication();
        }
        if (reader.isAt(Der.application(TGS_REQ))) {
            return new KerberosRequest.ServiceTicket(
                    of(reader.enterLast(Der.application(TGS_REQ)), TGS_REQ).realm());
        }
        throw new MalformedException("neither AS-REQ nor TGS-REQ nor a change of a password");
    }

    private KerberosRequest authentication() throws MalformedException {
        if (client.isEmpty()) {
            throw new MalformedException("AS-REQ without cname");
        }
        boolean armoured = preAuthentication.contains(FAST);
        boolean provesPassword = !armoured && preAuthentication.stream().anyMatch(PROOFS::contains);
        return new KerberosRequest.Authentication(
                realm,
                client.get(),
                server.orElseGet(() -> PrincipalName.ticketGranting(realm)),
                provesPassword,
                armoured);
    }

    private static KdcRequest of(DerReader content, int type) throws MalformedException {
        DerReader fields = content.enterLast(Der.SEQUENCE);
        expect("pvno", fields.enter(Der.context(1)).lastInteger(), VERSION);
        expect("msg-type", fields.enter(Der.context(2)).lastInteger(), type);
        Set<Integer> preAuthentication =
                fields.isAt(Der.context(3)) ? preAuthentication(fields.enter(Der.context(3))) : Set.of();
        DerReader body = fields.enterLast(Der.context(4)).enterLast(Der.SEQUENCE);
        body.enter(Der.context(0)).enterLast(Der.BIT_STRING);
        Optional<PrincipalName> client = name(body, 1);
        String realm = KerberosString.last(body.enter(Der.context(2)));
        Optional<PrincipalName> server = name(body, 3);
        int last = Der.context(3);
        while (!body.isAtEnd()) {
            int tag = body.skip();
            if (tag <= last || tag > LAST_BODY_FIELD) {
                throw new MalformedException("tag 0x%02x behind 0x%02x in a req-body".formatted(tag, last));
            }
            last = tag;
        }
        return new KdcRequest(preAuthentication, client, realm, server);
    }

    private static Optional<PrincipalName> name(DerReader body, int field) throws MalformedException {
        return body.isAt(Der.context(field))
                ? Optional.of(PrincipalName.last(body.enter(Der.context(field))))
                : Optional.empty();
    }

    private static Set<Integer> preAuthentication(DerReader content) throws MalformedException {
        DerReader list = content.enterLast(Der.SEQUENCE);
        Set<Integer> types = new TreeSet<>();
        for (int count = 0; !list.isAtEnd(); count++) {
            if (count == MOST_PRE_AUTHENTICATION) {
                throw new MalformedException("more than " + MOST_PRE_AUTHENTICATION + " padata");
            }
            DerReader data = list.enter(Der.SEQUENCE);
            types.add(data.enter(Der.context(1)).lastInteger());
            data.enterLast(Der.context(2)).enterLast(Der.OCTET_STRING);
        }
        return types;
    }

    static void expect(String field, int value, int expected) throws MalformedException {
        if (value != expected) {
            throw new MalformedException("%s %d (expected %d)".formatted(field, value, expected));
        }
    }
}
