package io.gatehouse.core.config;

import io.gatehouse.core.net.ListenAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code [admin]}: the admin API.
 *
 * @param socket a Unix domain socket, at most 107 bytes long. Root and the gateway's user need no token there
 * @param address where the API listens for tokens: {@code "127.0.0.1:9116"}. One of {@code socket} and {@code address}
 *     is required
 * @param tls {@code [admin.tls]}, certificate and key of {@code address}; required if that is not a loopback address
 * @param tokens the file of <a href="admin-api.md#tokens-and-roles">tokens</a>, which {@code gatehouse admin-token add}
 *     makes. It must exist when the gateway starts. Without it there are no tokens
 * @param blocks the file in which the gateway keeps <a href="sessions.md#block-a-user-for-a-while">blocked users</a>.
 *     The gateway must be able to write its folder. Without it, blocks are forgotten at a restart
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
