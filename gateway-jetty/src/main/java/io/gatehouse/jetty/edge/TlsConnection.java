package io.gatehouse.jetty.edge;

import io.gatehouse.api.MonotonicClock;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;

/** TLS of one client, which ends when there are too many {@link IdleRecords}. */
final class TlsConnection extends SslConnection {
    private final TlsIdentity identity;
    private final IdleRecords idleRecords;
    private final Consumer<String> cutOff;
    private boolean begun;
    private boolean forChallenge;

    TlsConnection(
            ByteBufferPool pool,
            Executor executor,
            TlsIdentity identity,
            EndPoint endPoint,
            SSLEngine engine,
            MonotonicClock time,
            Consumer<String> cutOff) {
        super(pool, executor, identity.tls(), endPoint, engine);
        this.identity = identity;
        this.idleRecords = new IdleRecords(time);
        this.cutOff = cutOff;
    }

    /** What the client at the other end of a connection has seen of the gateway; empty without TLS. */
    static Optional<TlsIdentity> identity(EndPoint endPoint) {
        return endPoint instanceof SslEndPoint tls && tls.getSslConnection() instanceof TlsConnection connection
                ? Optional.of(connection.identity)
                : Optional.empty();
    }

    /** Jetty reads records until one has application data, so this is the only place that sees all of them. */
    @Override
    protected SSLEngineResult unwrap(SSLEngine engine, ByteBuffer input, ByteBuffer output) throws SSLException {
        if (!begun) {
            forChallenge = identity.tls().isForChallenge(engine, input);
        }
        boolean established = begun && engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
        SSLEngineResult result = super.unwrap(engine, input, output);
        begun |= result.bytesConsumed() > 0;
        if (forChallenge && result.bytesProduced() > 0) {
            throw ended("data on a connection for a challenge of an ACME server (expected none)");
        }
        if (result.getStatus() == SSLEngineResult.Status.OK && result.bytesConsumed() > 0) {
            if (established && isRenegotiation(engine, result)) {
                refuse(engine, input, output);
                throw ended("a second TLS handshake on one connection (expected no renegotiation)");
            }
            try {
                idleRecords.count(result.bytesProduced());
            } catch (SSLException tooMany) {
                cutOff.accept(String.valueOf(tooMany.getMessage()));
                throw tooMany;
            }
        }
        return result;
    }

    private static boolean isRenegotiation(SSLEngine engine, SSLEngineResult result) {
        return result.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
                && engine.getSession().getProtocol().equals("TLSv1.2"); // TLS 1.3 updates keys by handshake messages
    }

    /**
     * Lets the engine refuse the handshake by a fatal alert, which goes out when the connection is closed: it does so
     * with jdk.tls.rejectClientInitiatedRenegotiation, which is among the options of Java. Jetty would end the
     * connection as if all were well, which scanners take for a handshake that was granted.
     */
    private void refuse(SSLEngine engine, ByteBuffer input, ByteBuffer output) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        try {
            super.unwrap(engine, input, output);
        } catch (SSLException alert) {
            // As it should.
        }
    }

    private SSLException ended(String why) {
        cutOff.accept(why);
        return new SSLException(why);
    }
}
