package io.gatehouse.core.net;

/**
 * A target as rules see it.
 *
 * @param host lower case, without trailing dot; an address literal in its canonical form, IPv6 without brackets
 * @param port 1 to 65535
 */
public record Target(String host, int port) {
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
