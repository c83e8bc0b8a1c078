package io.gatehouse.core.tsgu;

/** MS-TSGU 2.2.5.3.2 HTTP_EXTENDED_AUTH: bits of the handshake's extendedAuth field. */
public enum ExtendedAuthScheme {
    SMART_CARD(0x1),
    PAA(0x2),
    SSPI_NTLM(0x4);

    private final int bit;

    ExtendedAuthScheme(int bit) {
        this.bit = bit;
    }

    /** The scheme's bit. */
    public int bit() {
        return bit;
    }
}
