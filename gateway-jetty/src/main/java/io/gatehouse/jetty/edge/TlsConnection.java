package io.gatehouse.jetty.edge;

import io.gatehouse.api.MonotonicClock;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** TLS of one client, which ends when there are too many {@link IdleRecords}. */
final class TlsConnection extends SslConnection {
    private final IdleRecords idleRecords;
    private final Consumer<String> cutOff;

    TlsConnection(
            ByteBufferPool pool,
            Executor executor,
            SslContextFactory factory,
            EndPoint endPoint,
            SSLEngine engine,
            MonotonicClock time,
            Consumer<String> cutOff) {
        super(pool, executor, factory, endPoint, engine);
        this.idleRecords = new IdleRecords(time);
        this.cutOff = cutOff;
    }

    /** Jetty reads records until one has application data, so this is the only place that sees all of them. */
    @Override
    protected SSLEngineResult unwrap(SSLEngine engine, ByteBuffer input, ByteBuffer output) throws SSLException {
        SSLEngineResult result = super.unwrap(engine, input, output);
        if (result.getStatus() == SSLEngineResult.Status.OK && result.bytesConsumed() > 0) {
            try {
                idleRecords.count(result.bytesProduced());
            } catch (SSLException tooMany) {
                cutOff.accept(String.valueOf(tooMany.getMessage()));
                throw tooMany;
            }
        }
        return result;
    }
}
