package io.gatehouse.provider.ntlm.netlogon.rpc;

import io.gatehouse.provider.ntlm.netlogon.rpc.RpcException.Kind;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A TCP connection whose every wait has an end. One thread at a time; {@link #close} may come from any. */
final class RpcSocket implements AutoCloseable {
    private final SocketChannel channel;

    private RpcSocket(SocketChannel channel) {
        this.channel = channel;
    }

    static RpcSocket connect(InetSocketAddress address, Deadline deadline) throws RpcException {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.socket().connect(address, positive(deadline));
            return new RpcSocket(channel);
        } catch (SocketTimeoutException e) {
            closeQuietly(channel);
            throw RpcException.notRun(Kind.SLOW, "no connection to port " + address.getPort() + " in time");
        } catch (IOException e) {
            closeQuietly(channel);
            throw RpcException.notRun(
                    Kind.UNREACHABLE, "no connection to port " + address.getPort() + ": " + e.getMessage());
        }
    }

    /** Reads exactly so many bytes. */
    byte[] read(int count, Deadline deadline) throws RpcException {
        byte[] bytes = new byte[count];
        try {
            for (int length = 0; length < count; ) {
                channel.socket().setSoTimeout(positive(deadline));
                int more = channel.socket().getInputStream().read(bytes, length, count - length);
                if (more < 0) {
                    throw new EOFException("connection closed by the server");
                }
                length += more;
            }
            return bytes;
        } catch (SocketTimeoutException e) {
            throw RpcException.perhapsRun(Kind.SLOW, "no answer in time");
        } catch (IOException e) {
            throw RpcException.perhapsRun(Kind.BROKEN, "connection lost: " + e.getMessage());
        }
    }

    /** A socket waits for ever when told to wait no time. */
    private static int positive(Deadline deadline) throws SocketTimeoutException {
        int millis = deadline.remainingMillis();
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        return millis;
    }

    /** Writes one fragment; they are smaller than any send buffer, so that nobody waits for a reader. */
    void write(byte[] fragment) throws RpcException {
        ByteBuffer rest = ByteBuffer.wrap(fragment);
        try {
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            String message = "connection lost: " + e.getMessage();
            throw rest.position() == 0
                    ? RpcException.notRun(Kind.BROKEN, message)
                    : RpcException.perhapsRun(Kind.BROKEN, message);
        }
    }

    /** Whether there is nothing to read, neither bytes nor the end. */
    boolean isQuiet() {
        try {
            channel.configureBlocking(false);
            boolean quiet = channel.read(ByteBuffer.allocate(1)) == 0;
            channel.configureBlocking(true);
            return quiet;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It is of no use any more in any case.
        }
    }
}
