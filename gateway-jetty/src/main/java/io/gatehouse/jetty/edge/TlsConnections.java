package io.gatehouse.jetty.edge;

import io.gatehouse.jetty.scheduling.FairEndPoint;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Makes the TLS connections of a listener; what they do later, they do in turns of their own flow. */
public final class TlsConnections extends SslConnectionFactory {
    /** TLS in front of {@code nextProtocol}. */
    public TlsConnections(SslContextFactory.Server factory, String nextProtocol) {
        super(factory, nextProtocol);
    }

    @Override
    protected SslConnection newSslConnection(Connector connector, EndPoint endPoint, SSLEngine engine) {
        return new TlsConnection(
                connector.getByteBufferPool(), FairEndPoint.flow(endPoint), getSslContextFactory(), endPoint, engine);
    }
}
