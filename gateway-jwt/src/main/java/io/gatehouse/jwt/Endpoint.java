package io.gatehouse.jwt;

import java.net.URI;
import java.net.URISyntaxException;

/** An address that the gateway or a browser may be sent to: https, or http on this machine. */
public final class Endpoint {
    private Endpoint() {}

    /**
     * Reads an address.
     *
     * @throws URISyntaxException with what is wrong
     */
    public static URI parse(String text) throws URISyntaxException {
        URI uri = new URI(text);
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new URISyntaxException(text, "expected https://host/…, without user and fragment");
        }
        if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && isLoopback(uri.getHost()))) {
            throw new URISyntaxException(text, "expected https; http is for loopback addresses only");
        }
        return uri;
    }

    /** By its text only: a name in DNS may be anybody's loopback today and somebody else's address tomorrow. */
    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
    }
}
