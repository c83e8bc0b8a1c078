package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.wake.WakeAddress;
import io.gatehouse.core.wake.WakeCommand;
import io.gatehouse.core.wake.Wakeable;
import io.gatehouse.jetty.wake.WakeSocket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Looks whether magic packets for a desktop can be sent where they should go, and whether its command can be run. Sends
 * nothing and runs nothing.
 */
public final class WakeExamination implements Examination {
    private final Wakeable wakeable;

    /** An examination of one desktop. */
    public WakeExamination(Wakeable wakeable) {
        this.wakeable = wakeable;
    }

    @Override
    public String subject() {
        return "waking " + wakeable.desktop();
    }

    @Override
    public List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        wakeable.packet().ifPresent(packet -> packets(packet.to(), findings));
        wakeable.command().ifPresent(command -> command(command, findings));
        return List.copyOf(findings);
    }

    private void packets(WakeAddress to, List<Finding> findings) {
        try {
            WakeSocket.checkRoute(to);
        } catch (IOException e) {
            findings.add(Finding.fault(
                    "wake.no-route",
                    "no packet can be sent to " + to + ": " + e.getMessage(),
                    "correct wake-address of the desktop, or the routes of this machine (ip route get "
                            + AddressLiteral.text(to.address()) + ")"));
            return;
        }
        try {
            network(to, findings);
        } catch (IOException e) {
            findings.add(Finding.warning(
                    "wake.interfaces",
                    "the network interfaces of this machine cannot be listed: " + e.getMessage(),
                    "look at them by hand: ip -4 address"));
        }
    }

    private static void network(WakeAddress to, List<Finding> findings) throws IOException {
        List<InetAddress> broadcasts = NetworkInterface.networkInterfaces()
                .flatMap(each -> each.getInterfaceAddresses().stream())
                .filter(address -> address.getAddress() instanceof Inet4Address)
                .map(InterfaceAddress::getBroadcast)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (to.address().isMCLinkLocal()) {
            findings.add(Finding.note(
                    "wake.one-link",
                    "packets to the multicast address " + to + " leave this machine by one of its interfaces, which the"
                            + " system chooses",
                    "look at it with ip route get " + AddressLiteral.text(to.address())
                            + ", or set wake-address to the broadcast address of the computer's network"));
        } else if (to.address().equals(WakeAddress.EVERYBODY.address())) {
            if (broadcasts.size() > 1) {
                findings.add(Finding.note(
                        "wake.several-networks",
                        "this machine is in " + broadcasts.size() + " networks, and packets to " + to
                                + " reach that of its default route only",
                        "set wake-address of the desktop to the broadcast address of its network: "
                                + String.join(
                                        ", ",
                                        broadcasts.stream()
                                                .map(AddressLiteral::text)
                                                .toList())));
            }
        } else if (!broadcasts.contains(to.address()) && !to.address().isMulticastAddress()) {
            findings.add(Finding.note(
                    "wake.other-network",
                    to + " is no broadcast address of a network of this machine",
                    "let the routers on the way forward directed broadcasts, or use wake-command to send the packet from"
                            + " a machine in that network"));
        }
    }

    private static void command(WakeCommand command, List<Finding> findings) {
        Path program = Path.of(command.program());
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            findings.add(Finding.fault(
                    "wake.command",
                    program
                            + (Files.exists(program)
                                    ? ": is no program that this user can run"
                                    : ": there is no such file"),
                    "correct wake-command of the desktop, or let the user of the service run it"));
        } else if (isWritableByEverybody(program)) {
            findings.add(Finding.fault(
                    "wake.command-writable",
                    "every user of this machine can change " + program + ", which the gateway runs",
                    "chmod o-w " + program));
        }
    }

    private static boolean isWritableByEverybody(Path program) {
        try {
            return Files.getPosixFilePermissions(program).contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }
}
