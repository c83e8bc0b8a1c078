package io.gatehouse.provider.kerberos.message;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import java.util.ArrayList;
import java.util.List;

/**
 * RFC 4120 section 5.2.6: one element of AuthorizationData.
 *
 * @param type what it is
 * @param data in the form that {@code type} says
 */
public record AuthorizationData(int type, Token data) {
    /** AD-IF-RELEVANT: more elements, which whoever does not know them may ignore. */
    public static final int IF_RELEVANT = 1;
    /** AD-WIN2K-PAC: the PAC of MS-PAC. */
    public static final int PAC = 128;
    /** KERB_AUTH_DATA_AP_OPTIONS (MS-KILE 2.2.8). */
    public static final int AP_OPTIONS = 143;

    private static final int MOST_ELEMENTS = 64;

    static List<AuthorizationData> read(DerReader field) throws MalformedException {
        DerReader elements = field.enterLast(Der.SEQUENCE);
        List<AuthorizationData> data = new ArrayList<>();
        while (!elements.isAtEnd()) {
            if (data.size() == MOST_ELEMENTS) {
                throw new MalformedException("more than " + MOST_ELEMENTS + " elements of authorization data");
            }
            DerReader fields = elements.enter(Der.SEQUENCE);
            int type = fields.field(0).lastInteger();
            Token content = fields.field(1).lastOctets();
            fields.expectEnd();
            data.add(new AuthorizationData(type, content));
        }
        return List.copyOf(data);
    }

    /** The elements inside this AD-IF-RELEVANT. */
    public List<AuthorizationData> elements() throws MalformedException {
        return read(new DerReader(data.bytes()));
    }
}
