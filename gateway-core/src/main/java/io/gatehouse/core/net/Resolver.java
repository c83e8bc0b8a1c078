package io.gatehouse.core.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host name; asked at most once for a name, so that what was checked is what is dialled. */
@FunctionalInterface
public interface Resolver {
    /** The addresses of {@code host}; may block. */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
