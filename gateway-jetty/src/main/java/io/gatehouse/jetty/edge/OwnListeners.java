package io.gatehouse.jetty.edge;

import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Knows the gateway's own listeners, which are never a target. */
public final class OwnListeners implements Predicate<InetSocketAddress> {
    private final List<InetSocketAddress> addresses = new CopyOnWriteArrayList<>();
    private final List<InetSocketAddress> others = new CopyOnWriteArrayList<>();

    /** None so far. */
    @Inject
    public OwnListeners() {}

    public void add(InetSocketAddress address) {
        addresses.add(address);
    }

    /** Adds an address where the gateway does not speak to clients. */
    public void addOther(InetSocketAddress address) {
        others.add(address);
    }

    /** Those for clients. */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public boolean test(InetSocketAddress target) {
        return Stream.concat(addresses.stream(), others.stream())
                .anyMatch(own -> own.getPort() == target.getPort() && covers(own.getAddress(), target.getAddress()));
    }

    private static boolean covers(InetAddress own, InetAddress target) {
        return own.isAnyLocalAddress() ? isOfThisMachine(target) : own.equals(target);
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }
}
