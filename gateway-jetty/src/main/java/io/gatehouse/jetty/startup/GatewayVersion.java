package io.gatehouse.jetty.startup;

import java.util.Optional;

/** The version of the gateway. */
public final class GatewayVersion {
    private GatewayVersion() {}

    /** As its jar names it; {@code unknown} when it does not run from one. */
    public static String text() {
        return Optional.ofNullable(GatewayVersion.class.getPackage().getImplementationVersion())
                .orElse("unknown");
    }
}
