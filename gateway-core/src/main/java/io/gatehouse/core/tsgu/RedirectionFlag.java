package io.gatehouse.core.tsgu;

/**
 * MS-TSGU 2.2.5.3.7 HTTP_TUNNEL_REDIR_FLAGS: what the client is asked not to redirect. Advisory: the client obeys or
 * not.
 */
public enum RedirectionFlag {
    ENABLE_ALL(0x80000000),
    DISABLE_ALL(0x40000000),
    DISABLE_DRIVE(0x01),
    DISABLE_PRINTER(0x02),
    DISABLE_PORT(0x04),
    DISABLE_CLIPBOARD(0x08),
    DISABLE_PNP(0x10);

    private final int bit;

    RedirectionFlag(int bit) {
        this.bit = bit;
    }

    /** The flag's bit. */
    public int bit() {
        return bit;
    }
}
