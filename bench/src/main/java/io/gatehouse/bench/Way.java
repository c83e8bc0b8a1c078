package io.gatehouse.bench;

import io.gatehouse.client.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a tunnel is opened.
 *
 * @param resumed whether TLS resumes an earlier session; a full handshake otherwise
 */
record Way(Transport transport, Security security, boolean resumed, Method method) {
    /** How all bulk is carried: a full handshake with the smaller certificate. */
    static Way of(Transport transport) {
        return new Way(transport, Security.P256, false, Method.NTLM);
    }

    /** Those that openings are compared by: each kind of security with one method, and each method with one kind. */
    static List<Way> toCompare(List<Transport> transports) {
        List<Way> ways = new ArrayList<>();
        for (Transport transport : transports) {
            ways.add(new Way(transport, Security.PLAIN, false, Method.NTLM));
            for (Security security : List.of(Security.RSA, Security.P256)) {
                ways.add(new Way(transport, security, false, Method.NTLM));
                ways.add(new Way(transport, security, true, Method.NTLM));
            }
            ways.add(new Way(transport, Security.P256, false, Method.BASIC));
            ways.add(new Way(transport, Security.P256, false, Method.TOKEN));
        }
        return ways;
    }

    /** What protects the connection. */
    enum Security {
        /** Nothing, as behind a proxy that ends TLS. */
        PLAIN("plain"),
        /** TLS with an RSA key of 2048 bits. */
        RSA("RSA 2048"),
        /** TLS with an ECDSA key on P-256. */
        P256("P-256");

        private final String word;

        Security(String word) {
            this.word = word;
        }
    }

    /** What the client signs in with. */
    enum Method {
        BASIC,
        NTLM,
        TOKEN
    }

    /** For people: {@code websocket, RSA 2048 resumed, ntlm}. */
    String words() {
        return transportWord(transport) + ", " + security.word + (resumed ? " resumed" : "") + ", "
                + method.name().toLowerCase(Locale.ROOT);
    }

    static String transportWord(Transport transport) {
        return switch (transport) {
            case WEBSOCKET -> "websocket";
            case DUAL_CHANNEL -> "dual channel";
        };
    }
}
