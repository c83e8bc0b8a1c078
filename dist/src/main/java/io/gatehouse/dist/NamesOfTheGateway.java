package io.gatehouse.dist;

import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.net.HostName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The host names under which the configuration says that clients and browsers reach the gateway. */
final class NamesOfTheGateway {
    private NamesOfTheGateway() {}

    static Set<String> of(Configuration configuration) {
        GatewayConfig gateway = configuration.gateway();
        Set<String> names = new LinkedHashSet<>();
        gateway.server().name().map(HostName::text).ifPresent(names::add);
        gateway.portal()
                .map(PortalConfig::address)
                .map(address -> Optional.ofNullable(address.getHost()).orElse(""))
                .filter(host -> !host.isEmpty())
                .ifPresent(names::add);
        gateway.auth().paa().map(GatewayConfig.Paa::hosts).orElse(List.of()).forEach(host -> names.add(host.text()));
        Set<String> folded = new LinkedHashSet<>();
        names.forEach(name -> folded.add(name.toLowerCase(Locale.ROOT)));
        return folded;
    }
}
