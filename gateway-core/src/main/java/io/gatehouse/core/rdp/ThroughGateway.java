package io.gatehouse.core.rdp;

import io.gatehouse.core.net.Target;
import java.util.List;

/** The settings that lead a client to a target through the gateway, with a token instead of a password. */
public final class ThroughGateway {
    private static final String DEFAULT_PORT = ":3389";

    private ThroughGateway() {}

    /**
     * The settings.
     *
     * @param gateway {@code host} or {@code host:port}
     * @param token a PAA token's text
     */
    public static RdpFile to(Target target, String gateway, String token) {
        String address = target.toString();
        if (address.endsWith(DEFAULT_PORT)) {
            address = address.substring(0, address.length() - DEFAULT_PORT.length());
        }
        return new RdpFile(List.of(
                RdpSetting.text("full address", address),
                RdpSetting.text("alternate full address", address),
                RdpSetting.text("gatewayhostname", gateway),
                RdpSetting.number("gatewayusagemethod", 1),
                RdpSetting.number("gatewayprofileusagemethod", 1),
                RdpSetting.number("gatewaycredentialssource", 5),
                RdpSetting.number("promptcredentialonce", 0),
                RdpSetting.text("gatewayaccesstoken", token)));
    }
}
