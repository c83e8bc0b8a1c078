package io.gatehouse.provider.header;

import io.gatehouse.api.Peer;
import io.gatehouse.api.WebRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Requests of browsers, as the portal shows them to mechanisms. */
final class Requests {
    private static final InetAddress BROWSER = InetAddress.ofLiteral("203.0.113.9");
    private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");

    private Requests() {}

    /** With these headers: name, value, name, value. */
    static WebRequest fromProxy(String... headers) {
        return new WebRequest(new Peer(BROWSER, true, true, List.of()), PROXY, true, headers(headers), Map.of());
    }

    /** The same headers from a browser itself. */
    static WebRequest fromStranger(String... headers) {
        return new WebRequest(new Peer(BROWSER, true, false, List.of()), BROWSER, false, headers(headers), Map.of());
    }

    private static Map<String, List<String>> headers(String... headers) {
        Map<String, List<String>> all = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.computeIfAbsent(headers[i].toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(headers[i + 1]);
        }
        return all;
    }
}
