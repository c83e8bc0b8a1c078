package io.gatehouse.jetty.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The file of a Unix domain socket. */
final class AdminSocket {
    /** S_IFMT and S_IFSOCK of stat(2): a pipe or a device is not removed. */
    private static final int TYPE = 0170000;

    private static final int SOCKET = 0140000;

    private AdminSocket() {}

    /**
     * Removes what a gateway left that ended without cleaning up.
     *
     * @throws IOException when something else stands there, or a gateway that runs
     */
    static void removeStale(Path socket) throws IOException {
        if (Files.notExists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean isSocket = Files.getAttribute(socket, "unix:mode", LinkOption.NOFOLLOW_LINKS) instanceof Integer mode
                && (mode & TYPE) == SOCKET;
        if (!isSocket) {
            throw new IOException("the file is no socket (remove it, or choose another path)");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(socket));
            throw new IOException("another gateway listens there");
        } catch (ConnectException _) {
            Files.delete(socket);
        }
    }

    /** Lets the group of the gateway connect, beside its user. Whom the API answers is another matter. */
    static void closeToOthers(Path socket) throws IOException {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    }
}
