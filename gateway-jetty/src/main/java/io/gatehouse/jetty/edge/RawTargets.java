package io.gatehouse.jetty.edge;

import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * HTTP/1.1 connections that keep the target of the present request as it stands in the request line. Jetty's own form
 * of it has lost what is needed to tell canonical paths: of {@code //remoteDesktopGateway/desktops} it takes the first
 * segment for a host.
 */
public final class RawTargets extends HttpConnectionFactory {
    private static final String TARGET = RawTargets.class.getName();

    /** A factory of such connections. */
    public RawTargets(HttpConfiguration configuration) {
        super(configuration);
    }

    /** The target of the present request of a connection; empty when its request line could not be read. */
    public static String of(ConnectionMetaData connection) {
        return connection.getAttribute(TARGET) instanceof String target ? target : "";
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return configure(new KeepingTarget(getHttpConfiguration(), connector, endPoint), connector, endPoint);
    }

    private static final class KeepingTarget extends HttpConnection {
        KeepingTarget(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
            super(configuration, connector, endPoint);
        }

        @Override
        protected HttpStreamOverHTTP1 newHttpStream(String method, String uri, HttpVersion version) {
            setAttribute(TARGET, uri);
            return super.newHttpStream(method, uri, version);
        }
    }
}
