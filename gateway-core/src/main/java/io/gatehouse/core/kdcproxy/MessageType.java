package io.gatehouse.core.kdcproxy;

/** The kinds of messages that the KDC proxy passes on. */
public enum MessageType {
    AS_REQ("AS-REQ", KdcService.KERBEROS),
    TGS_REQ("TGS-REQ", KdcService.KERBEROS),
    KPASSWD("kpasswd", KdcService.KPASSWD);

    private final String label;
    private final KdcService service;

    MessageType(String label, KdcService service) {
        this.label = label;
        this.service = service;
    }

    /** What the specifications call it. */
    public String label() {
        return label;
    }

    /** Who answers it. */
    public KdcService service() {
        return service;
    }
}
