package io.gatehouse.client;

import io.gatehouse.api.ChannelBinding;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection to the gateway, with TLS or without, and the bytes that have arrived on it. One thread may read
 * while another one writes.
 */
final class Connection implements Closeable {
    private static final int INPUT_SIZE = 65536;

    private final Socket raw;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final @Nullable X509Certificate certificate;
    /** What has arrived and was not consumed yet, ready to be read. */
    private final ByteBuffer input = ByteBuffer.allocate(INPUT_SIZE).flip();

    private Connection(Socket raw, Socket socket, @Nullable X509Certificate certificate) throws IOException {
        this.raw = raw;
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.certificate = certificate;
    }

    /** Connects and, if the options say so, finishes the TLS handshake. */
    static Connection open(ClientOptions options) throws IOException {
        Socket raw = new Socket();
        try {
            raw.setTcpNoDelay(true);
            if (options.localAddress().isPresent()) {
                raw.bind(new InetSocketAddress(options.localAddress().get(), 0));
            }
            raw.connect(
                    options.address().orElseGet(() -> new InetSocketAddress(options.host(), options.port())),
                    millis(options.connectTimeout()));
            raw.setSoTimeout(millis(options.readTimeout()));
            if (options.trust() instanceof Trust.Plain) {
                return new Connection(raw, raw, null);
            }
            SSLSocket tls = TlsSockets.layer(raw, options);
            Certificate[] chain = tls.getSession().getPeerCertificates();
            return new Connection(raw, tls, chain[0] instanceof X509Certificate leaf ? leaf : null);
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    /** The binding of the certificate that the gateway showed, empty without TLS. */
    Optional<ChannelBinding> binding() {
        return Optional.ofNullable(certificate).map(TlsSockets::binding);
    }

    Optional<X509Certificate> certificate() {
        return Optional.ofNullable(certificate);
    }

    /** The bytes that have arrived; the caller consumes them by moving the position. */
    ByteBuffer input() {
        return input;
    }

    /**
     * Waits for at least one more byte of input.
     *
     * @return false at the end of the stream
     * @throws java.net.SocketTimeoutException after the read timeout; nothing is lost
     */
    boolean fill() throws IOException {
        if (!input.hasRemaining()) {
            input.clear().flip();
        } else if (input.limit() == input.capacity()) {
            input.compact().flip();
        }
        int count = in.read(input.array(), input.limit(), input.capacity() - input.limit());
        if (count < 0) {
            return false;
        }
        input.limit(input.limit() + count);
        return true;
    }

    /**
     * Waits until {@code count} bytes of input are there, at most as many as fit the buffer.
     *
     * @return false at the end of the stream with no byte left
     * @throws EOFException at the end of the stream with a few bytes left
     */
    boolean require(int count) throws IOException {
        while (input.remaining() < count) {
            if (!fill()) {
                if (input.hasRemaining()) {
                    throw new EOFException("connection ended after " + input.remaining() + " of " + count + " bytes");
                }
                return false;
            }
        }
        return true;
    }

    /** Sends the remaining bytes of a buffer that has an array; one TLS record when they fit one. */
    void write(ByteBuffer bytes) throws IOException {
        out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        out.flush();
        bytes.position(bytes.limit());
    }

    void readTimeout(Duration timeout) throws IOException {
        socket.setSoTimeout(millis(timeout));
    }

    /** Ends the connection by RST; unlike {@link #close()} it never waits, not even for a writer that is stuck. */
    void abort() {
        try {
            raw.setSoLinger(true, 0);
            raw.close();
        } catch (IOException ignored) {
            // It is closed already.
        }
    }

    /**
     * Ends the connection, with TLS's close_notify; unlike the close of a TLS socket it does not wait for the
     * gateway's.
     */
    @Override
    public void close() {
        try {
            if (!socket.isOutputShutdown()) {
                socket.shutdownOutput();
            }
            raw.close();
        } catch (IOException e) {
            abort();
        }
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
