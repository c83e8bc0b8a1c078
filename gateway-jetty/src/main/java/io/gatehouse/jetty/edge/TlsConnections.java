package io.gatehouse.jetty.edge;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.jetty.scheduling.FairEndPoint;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Makes the TLS connections of a listener; what they do later, they do in turns of their own flow. */
public final class TlsConnections extends SslConnectionFactory {
    private final MonotonicClock time;
    private final BiConsumer<EndPoint, String> cutOff;

    /**
     * TLS in front of {@code nextProtocol}.
     *
     * @param cutOff is told of connections that are ended for their {@link IdleRecords}, and why
     */
    TlsConnections(
            SslContextFactory.Server factory,
            String nextProtocol,
            MonotonicClock time,
            BiConsumer<EndPoint, String> cutOff) {
        super(factory, nextProtocol);
        this.time = time;
        this.cutOff = cutOff;
    }

    @Override
    protected SslConnection newSslConnection(Connector connector, EndPoint endPoint, SSLEngine engine) {
        return new TlsConnection(
                connector.getByteBufferPool(),
                FairEndPoint.flow(endPoint),
                getSslContextFactory(),
                endPoint,
                engine,
                time,
                why -> cutOff.accept(endPoint, why));
    }
}
