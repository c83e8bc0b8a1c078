package io.gatehouse.jetty.edge;

import io.gatehouse.api.MonotonicClock;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS of one client, which ends when there are too many {@link IdleRecords}. */
final class TlsConnection extends SslConnection {
    private static final Logger LOG = LoggerFactory.getLogger(TlsConnection.class);

    private final IdleRecords idleRecords = new IdleRecords(MonotonicClock.system());

    TlsConnection(
            ByteBufferPool pool, Executor executor, SslContextFactory factory, EndPoint endPoint, SSLEngine engine) {
        super(pool, executor, factory, endPoint, engine);
    }

    /** Jetty reads records until one has application data, so this is the only place that sees all of them. */
    @Override
    protected SSLEngineResult unwrap(SSLEngine engine, ByteBuffer input, ByteBuffer output) throws SSLException {
        SSLEngineResult result = super.unwrap(engine, input, output);
        if (result.getStatus() == SSLEngineResult.Status.OK && result.bytesConsumed() > 0) {
            try {
                idleRecords.count(result.bytesProduced());
            } catch (SSLException tooMany) {
                LOG.atInfo()
                        .addKeyValue("client", getEndPoint().getRemoteSocketAddress())
                        .addKeyValue("reason", tooMany.getMessage())
                        .log("a connection was cut off");
                throw tooMany;
            }
        }
        return result;
    }
}
