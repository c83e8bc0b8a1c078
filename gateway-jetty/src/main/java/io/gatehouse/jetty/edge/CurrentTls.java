package io.gatehouse.jetty.edge;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;

/** TLS with the certificate that is in force when a connection begins, to whose end the connection keeps it. */
public class CurrentTls extends SslConnectionFactory {
    private final ServerCertificate certificate;

    /** TLS in front of {@code nextProtocol}. */
    public CurrentTls(ServerCertificate certificate, String nextProtocol) {
        super(certificate.current().tls(), nextProtocol);
        this.certificate = certificate;
    }

    /** As Jetty does it, but for the context, which Jetty would take from the first certificate. */
    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        TlsIdentity identity = certificate.current();
        SSLEngine engine = endPoint.getRemoteSocketAddress() instanceof InetSocketAddress remote
                ? identity.tls().newSSLEngine(remote)
                : identity.tls().newSSLEngine();
        engine.setUseClientMode(false);
        SslConnection connection = newConnection(connector, endPoint, engine, identity);
        connection.setRenegotiationAllowed(identity.tls().isRenegotiationAllowed());
        connection.setRenegotiationLimit(identity.tls().getRenegotiationLimit());
        configure(connection, connector, endPoint);
        connection
                .getSslEndPoint()
                .setConnection(connector
                        .getConnectionFactory(getNextProtocol())
                        .newConnection(connector, connection.getSslEndPoint()));
        return connection;
    }

    SslConnection newConnection(Connector connector, EndPoint endPoint, SSLEngine engine, TlsIdentity identity) {
        return new SslConnection(
                connector.getByteBufferPool(), connector.getExecutor(), identity.tls(), endPoint, engine);
    }
}
