package io.gatehouse.core.config;

import io.gatehouse.core.net.ListenAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code [admin]}: the admin API.
 *
 * @param socket a Unix domain socket, where root and the user of the gateway need no token
 * @param address as that of a listener, for tokens
 * @param tls certificate and key of the address; without it the address must be a loopback address
 * @param tokens the file of tokens; without it there are none
 * @param blocks the file that keeps blocked users over a restart; without it they are forgotten
 */
public record AdminConfig(
        Optional<Path> socket,
        Optional<ListenAddress> address,
        Optional<Tls> tls,
        Optional<Path> tokens,
        Optional<Path> blocks) {

    /**
     * {@code [admin.tls]}.
     *
     * @param certificate PEM file with the certificate and its chain
     * @param key PEM file with the PKCS #8 private key
     */
    public record Tls(Path certificate, Path key) {}
}
