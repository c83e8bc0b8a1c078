package io.gatehouse.jetty.edge;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.jetty.scheduling.FairEndPoint;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;

/** Makes the TLS connections of a listener; what they do later, they do in turns of their own flow. */
final class TlsConnections extends CurrentTls {
    private final MonotonicClock time;
    private final BiConsumer<EndPoint, String> cutOff;

    /**
     * TLS in front of {@code nextProtocol}.
     *
     * @param cutOff is told of connections that are ended for their {@link IdleRecords}, and why
     */
    TlsConnections(
            ServerCertificate certificate,
            String nextProtocol,
            MonotonicClock time,
            BiConsumer<EndPoint, String> cutOff) {
        super(certificate, nextProtocol);
        this.time = time;
        this.cutOff = cutOff;
    }

    @Override
    SslConnection newConnection(Connector connector, EndPoint endPoint, SSLEngine engine, TlsIdentity identity) {
        return new TlsConnection(
                connector.getByteBufferPool(),
                FairEndPoint.flow(endPoint),
                identity,
                endPoint,
                engine,
                time,
                why -> cutOff.accept(endPoint, why));
    }
}
