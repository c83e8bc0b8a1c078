package io.gatehouse.provider.kerberos.message;

import io.gatehouse.formats.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * RFC 4120 section 5.2.2: a name without its realm.
 *
 * @param type a hint, which is never compared
 * @param components at least one, none of them empty
 */
public record PrincipalName(int type, List<String> components) {
    private static final int MOST_COMPONENTS = 8;

    public PrincipalName {
        components = List.copyOf(components);
    }

    static PrincipalName read(DerReader field) throws MalformedException {
        DerReader fields = field.enterLast(DerReader.SEQUENCE);
        int type = fields.field(0).int32();
        DerReader strings = fields.field(1).enterLast(DerReader.SEQUENCE);
        fields.expectEnd();
        List<String> components = new ArrayList<>();
        while (!strings.isAtEnd()) {
            if (components.size() == MOST_COMPONENTS) {
                throw new MalformedException("name of more than " + MOST_COMPONENTS + " components");
            }
            components.add(strings.nextText());
        }
        if (components.isEmpty()) {
            throw new MalformedException("name without components");
        }
        return new PrincipalName(type, components);
    }

    /** Whether {@code other} names the same principal of a realm; the type is a hint only (RFC 4120 section 6.2). */
    public boolean isSame(PrincipalName other) {
        return components.equals(other.components);
    }

    /** {@code HTTP/gw.example.com}. */
    public String text() {
        return String.join("/", components);
    }
}
