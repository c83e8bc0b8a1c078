package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.jetty.edge.ActivationSocket;
import java.net.InetSocketAddress;
import java.util.List;

/** Whether the sockets of {@code gatehouse.socket} fit the listeners: the gateway does not start with another one. */
public final class SocketUnitExamination implements Examination {
    private final List<InetSocketAddress> sockets;
    private final List<InetSocketAddress> listeners;

    /**
     * An examination of {@code sockets}.
     *
     * @param sockets where the unit listens
     * @param listeners the addresses of all {@code [[listener]]} tables
     */
    public SocketUnitExamination(List<InetSocketAddress> sockets, List<InetSocketAddress> listeners) {
        this.sockets = List.copyOf(sockets);
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public String subject() {
        return "socket unit of systemd";
    }

    @Override
    public List<Finding> examine() {
        if (sockets.size() == 1
                && listeners.stream().anyMatch(listener -> ActivationSocket.fits(sockets.getFirst(), listener))) {
            return List.of();
        }
        return List.of(Finding.fault(
                "service.socket",
                "gatehouse.socket listens on " + sockets + " (expected one TCP address, that of a [[listener]]: "
                        + listeners + "); the gateway does not start with it",
                "systemctl edit gatehouse.socket: an empty ListenStream=, then the one of a [[listener]]; or change the"
                        + " listener; or systemctl disable --now gatehouse.socket"));
    }
}
