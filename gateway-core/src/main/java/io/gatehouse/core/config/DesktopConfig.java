package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Secret;
import io.gatehouse.core.policy.DnsSuffix;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.portal.Icon;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.wake.MacAddress;
import io.gatehouse.core.wake.MagicPacket;
import io.gatehouse.core.wake.SecureOnPassword;
import io.gatehouse.core.wake.WakeAddress;
import io.gatehouse.core.wake.WakeCommand;
import io.gatehouse.core.wake.Wakeable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code [[desktop]]}: a desktop or RemoteApp of the portal. Who may use it is the policy's word.
 *
 * @param name stands in its address at the portal, {@code /connect/NAME.rdp}
 * @param title what users read; the name when absent
 * @param host the target, in which {@code {user}} stands for the name of the account and {@code {domain}} for its
 *     domain
 * @param port its port
 * @param icon its picture
 * @param group the heading that it stands under
 * @param template a {@code .rdp} file whose settings win over those of {@code [portal] template}
 * @param mac the MAC address of the network card that magic packets wake
 * @param wakeAddress where these are sent; 255.255.255.255 when absent
 * @param wakePassword what a card with SecureOn expects in them
 * @param wakeCommand a program that starts the machine, and its arguments
 * @param wakeCommandTimeout the program is killed after this time
 * @param wakeWait how long the machine is waited for
 */
public record DesktopConfig(
        String name,
        @OneLine(100) Optional<String> title,
        PersonalHost host,

        @ConfigDefault("3389") @Range(min = "1", max = "65535")
        int port,

        @ConfigDefault("windows") Icon icon,
        @OneLine(100) Optional<String> group,
        Optional<Path> template,
        Optional<MacAddress> mac,
        Optional<WakeAddress> wakeAddress,
        Optional<Secret> wakePassword,

        @NotEmpty("expected the full path of a program") Optional<List<String>> wakeCommand,

        @ConfigDefault("30s") @Range(min = "1s", max = "10m")
        Duration wakeCommandTimeout,

        @ConfigDefault("90s") @Range(min = "5s", max = "10m")
        Duration wakeWait) {
    public DesktopConfig {
        wakeCommand = wakeCommand.map(List::copyOf);
    }

    /** Whether its machine can be woken. */
    boolean isWakeable() {
        return mac.isPresent() || wakeCommand.isPresent();
    }

    /**
     * How its machine is woken; empty when it is not.
     *
     * @param suffix completes the name of the host
     */
    Optional<Wakeable> wakeable(DnsSuffix suffix) {
        if (!isWakeable()) {
            return Optional.empty();
        }
        Optional<SecureOnPassword> password = wakePassword.flatMap(secret -> switch (SecureOnPassword.of(secret)) {
            case Parsed.Valid<SecureOnPassword>(SecureOnPassword value) -> Optional.of(value);
            case Parsed.Faulty<SecureOnPassword> _ -> Optional.empty(); // reported by PortalChecks
        });
        return Optional.of(new Wakeable(
                name,
                host.completed(suffix),
                port,
                mac.map(card -> new MagicPacket(wakeAddress.orElse(WakeAddress.EVERYBODY), card, password)),
                wakeCommand.map(arguments -> new WakeCommand(arguments, wakeCommandTimeout)),
                wakeWait));
    }
}
