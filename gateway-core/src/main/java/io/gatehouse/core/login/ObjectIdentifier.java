package io.gatehouse.core.login;

import java.util.HexFormat;

/**
 * An object identifier as the content octets of its DER encoding, in hexadecimal: SPNEGO only ever compares them.
 *
 * @param hex lower-case hexadecimal digits
 */
record ObjectIdentifier(String hex) {
    /** 1.3.6.1.5.5.2 */
    static final ObjectIdentifier SPNEGO = new ObjectIdentifier("2b0601050502");
    /** 1.2.840.113554.1.2.2 */
    static final ObjectIdentifier KERBEROS = new ObjectIdentifier("2a864886f712010202");
    /** 1.2.840.48018.1.2.2, the misspelling of Windows 2000 that Windows still puts first. */
    static final ObjectIdentifier MS_KERBEROS = new ObjectIdentifier("2a864882f712010202");
    /** 1.3.6.1.4.1.311.2.2.10 */
    static final ObjectIdentifier NTLMSSP = new ObjectIdentifier("2b06010401823702020a");

    static ObjectIdentifier of(byte[] content) {
        return new ObjectIdentifier(HexFormat.of().formatHex(content));
    }

    byte[] content() {
        return HexFormat.of().parseHex(hex);
    }
}
