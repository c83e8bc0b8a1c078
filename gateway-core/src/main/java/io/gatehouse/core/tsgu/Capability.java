package io.gatehouse.core.tsgu;

/** MS-TSGU 2.2.5.3.9 HTTP_CAPABILITY_TYPE: bits of capsFlags. */
public enum Capability {
    QUAR_SOH(0x01),
    IDLE_TIMEOUT(0x02),
    MESSAGING_CONSENT_SIGN(0x04),
    MESSAGING_SERVICE_MSG(0x08),
    REAUTH(0x10),
    UDP_TRANSPORT(0x20);

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    /** The capability's bit. */
    public int bit() {
        return bit;
    }

    /** Whether {@code capsFlags} has this capability. */
    public boolean in(int capsFlags) {
        return (capsFlags & bit) != 0;
    }
}
