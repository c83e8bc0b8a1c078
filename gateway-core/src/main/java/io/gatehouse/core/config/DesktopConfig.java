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
 * @param name stands in its address, {@code /connect/NAME.rdp}: lower-case letters, digits, {@code -} and {@code _}
 * @param title what users read. Default: the name.
 * @param host the target. {@code {user}} stands for the name of the account: {@code "pc-{user}.lab.example.com"}. A
 *     user whose name cannot be part of a host name has no such desktop
 * @param port its port
 * @param icon {@code "windows"}, {@code "linux"}, {@code "server"} or {@code "app"}
 * @param group the heading that it stands under
 * @param template a {@code .rdp} file whose settings win over those of {@code [portal] template}. A RemoteApp is a
 *     desktop whose template has {@code remoteapplicationmode:i:1} and its program
 * @param mac the MAC address of the network card, {@code "00:11:22:33:44:55"} or {@code "00-11-22-33-44-55"}, which
 *     <a href="wake-on-lan.md">magic packets</a> wake. Not for a {@code host} with {@code {user}}
 * @param wakeAddress where magic packets are sent by UDP: an address, or {@code "address:port"}; the port is 9 if
 *     absent. Use the broadcast address of the network that the computer is in ({@code "192.168.1.255"}): packets to
 *     {@code 255.255.255.255} only reach the network of the default route. Default: {@code "255.255.255.255"}.
 * @param wakePassword the SecureOn password of the card: six pairs of hexadecimal digits ({@code 00:11:22:33:44:55}) or
 *     four numbers ({@code 192.0.2.1}). It crosses the network in clear
 * @param wakeCommand a program and its arguments, see <a href="wake-on-lan.md#a-command-instead-of-a-packet">a command
 *     instead of a packet</a>. With {@code mac}, both are used
 * @param wakeCommandTimeout the program is killed after this time
 * @param wakeWait how long the computer is waited for
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
