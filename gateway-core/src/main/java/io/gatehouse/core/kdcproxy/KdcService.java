package io.gatehouse.core.kdcproxy;

/** What a KDC does for clients: tickets (RFC 4120 section 7.2.3) and changes of passwords (RFC 3244 section 2). */
public enum KdcService {
    KERBEROS("kerberos", 88),
    KPASSWD("kpasswd", 464);

    private final String label;
    private final int port;

    KdcService(String label, int port) {
        this.label = label;
        this.port = port;
    }

    /** Its name in DNS, for example {@code kerberos} in {@code _kerberos._tcp.ad.example.com}. */
    public String label() {
        return label;
    }

    /** Its usual port. */
    public int port() {
        return port;
    }
}
