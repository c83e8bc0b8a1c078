package io.gatehouse.jetty.audit;

import io.gatehouse.core.audit.AuditRecord;
import io.gatehouse.core.audit.SyslogEncoder;
import io.gatehouse.core.net.ServerAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events to one syslog server over TLS (RFC 5425), from a thread of its own. The certificate of the server must
 * have its name. While the server cannot be reached, events wait; when there is no room left, further ones are lost and
 * counted. A server acknowledges nothing: what was under way when a connection broke may be missing there, and the
 * event that could not be written is sent again.
 */
final class SyslogForwarder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final int USUAL_PORT = 6514;
    private static final int CONNECT_MILLIS = 10_000;
    /** A server that takes nothing for so long is left, and tried again. */
    private static final Duration STALLED = Duration.ofSeconds(30);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final InetSocketAddress server;
    private final SSLSocketFactory tls;
    private final SyslogEncoder encoder;
    private final AuditQueue queue;
    private final AuditLosses losses;
    private final SendingThread thread;
    private volatile @Nullable Connection connection;
    private boolean told;

    /** A connection, with a thread that notices its end: the server sends nothing else. */
    private static final class Connection {
        private final SSLSocket socket;
        private final OutputStream out;
        private volatile boolean ended;

        Connection(SSLSocket socket) throws IOException {
            this.socket = socket;
            this.out = socket.getOutputStream();
            Thread.ofVirtual().name("syslog-end").start(this::awaitEnd);
        }

        private void awaitEnd() {
            try {
                while (socket.getInputStream().read() >= 0) {
                    // A server says nothing (RFC 5425 section 4.3).
                }
            } catch (IOException e) {
                // Ended as well.
            }
            ended = true;
            close();
        }

        void close() {
            ended = true;
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }

    SyslogForwarder(ServerAddress address, SSLSocketFactory tls, SyslogEncoder encoder, int capacity) {
        this.server = address.unresolved(USUAL_PORT);
        this.tls = tls;
        this.encoder = encoder;
        this.queue = new AuditQueue(capacity);
        this.losses = new AuditLosses("the syslog server " + address);
        this.thread = new SendingThread("syslog", "the syslog server " + address, queue, this::run);
        thread.start();
    }

    /** Takes an event, or counts it as lost. */
    void offer(AuditRecord audited, boolean ofStranger) {
        if (!queue.offer(audited, ofStranger)) {
            losses.lose("the server does not keep up, or cannot be reached");
        }
    }

    /** Events that wait to be sent. */
    int waiting() {
        return queue.size();
    }

    AuditLosses losses() {
        return losses;
    }

    private void run() throws InterruptedException {
        try {
            while (true) {
                AuditQueue.Waiting next = queue.poll(POLL);
                if (next != null) {
                    if (next.audited().isEmpty()) {
                        break;
                    }
                    send(next.audited().get());
                    next.done();
                }
                if (losses.now() > 0 && queue.isEmpty()) {
                    losses.tell(losses.now());
                }
            }
        } finally {
            Connection last = connection;
            if (last != null) {
                last.close();
            }
        }
    }

    /** Sends until it is sent; at the end of the gateway it is tried once. */
    private void send(AuditRecord audited) throws InterruptedException {
        byte[] frame;
        try {
            frame = frame(encoder.encode(audited));
        } catch (RuntimeException | Error e) {
            losses.lose("an event cannot be written: " + e);
            return;
        }
        Duration pause = SHORTEST_PAUSE;
        while (true) {
            try {
                Connection open = connected();
                write(open, frame);
                return;
            } catch (IOException | RuntimeException | Error e) {
                disconnect(e);
            }
            if (thread.isClosing()) {
                losses.lose("the gateway stops");
                return;
            }
            thread.pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static byte[] frame(String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        byte[] length = (text.length + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[length.length + text.length];
        System.arraycopy(length, 0, frame, 0, length.length);
        System.arraycopy(text, 0, frame, length.length, text.length);
        return frame;
    }

    private void write(Connection open, byte[] frame) throws IOException {
        CountDownLatch written = new CountDownLatch(1);
        Thread.ofVirtual().name("syslog-watch").start(() -> closeUnless(written, open));
        try {
            open.out.write(frame);
            open.out.flush();
        } finally {
            written.countDown();
        }
    }

    private static void closeUnless(CountDownLatch written, Connection open) {
        try {
            if (!written.await(STALLED.toNanos(), TimeUnit.NANOSECONDS)) {
                open.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Connection connected() throws IOException {
        Connection open = connection;
        if (open != null && !open.ended) {
            return open;
        }
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(server.getHostString(), server.getPort()), CONNECT_MILLIS);
            plain.setKeepAlive(true);
            plain.setSoTimeout(CONNECT_MILLIS);
            SSLSocket secured = (SSLSocket) tls.createSocket(plain, server.getHostString(), server.getPort(), true);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            secured.setSoTimeout(0);
            Connection made = new Connection(secured);
            connection = made;
            told = false;
            LOG.atInfo().addKeyValue("server", server).log("syslog server connected");
            return made;
        } catch (IOException | RuntimeException | Error e) {
            plain.close();
            throw e;
        }
    }

    private void disconnect(Throwable cause) {
        Connection broken = connection;
        connection = null;
        if (broken != null) {
            broken.close();
        }
        if (!told && !thread.isClosing()) {
            told = true;
            LOG.atWarn()
                    .addKeyValue("server", server)
                    .addKeyValue("cause", cause)
                    .log("syslog server cannot be reached; events wait, and it is tried again");
        }
    }

    /** Sends what waits, if the server takes it soon. */
    @Override
    public void close() {
        thread.close(() -> {
            Connection last = connection;
            if (last != null) {
                last.close();
            }
        });
    }
}
