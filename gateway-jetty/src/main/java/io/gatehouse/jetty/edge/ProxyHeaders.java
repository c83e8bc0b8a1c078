package io.gatehouse.jetty.edge;

import io.gatehouse.core.forwarding.ProxyHeader;
import io.gatehouse.core.forwarding.ProxyHeader.Complete;
import io.gatehouse.core.forwarding.ProxyHeader.Incomplete;
import io.gatehouse.core.forwarding.ProxyHeader.Malformed;
import io.gatehouse.core.forwarding.ProxyHeaderDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.BufferUtil;

/**
 * The PROXY header in front of each connection of a proxy that writes them, before TLS and HTTP. Such a connection
 * without one ends.
 *
 * <p>Jetty's own reader is not used: it takes UDP and Unix sockets for clients without an address, checks no checksum,
 * and tells nobody why a connection ends.
 */
final class ProxyHeaders extends AbstractConnectionFactory {
    private static final String PROTOCOL = "proxy";

    private final ConnectionFactory next;
    private final Judge judge;

    /** What becomes of connections. */
    interface Judge {
        /** Whether the peer writes a header; a connection of any other is what is spoken behind headers. */
        boolean expectsHeader(EndPoint endPoint);

        /** The header is complete; false when the connection is refused, for example for a limit of its client. */
        boolean identified(EndPoint endPoint, ProxyHeader header);

        /** There is no good header, and so no connection any more. */
        void unidentified(EndPoint endPoint, String why);
    }

    /** Headers in front of what {@code next} speaks. */
    ProxyHeaders(ConnectionFactory next, Judge judge) {
        super(PROTOCOL);
        this.next = next;
        this.judge = judge;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return judge.expectsHeader(endPoint)
                ? configure(new HeaderConnection(connector, endPoint), connector, endPoint)
                : next.newConnection(connector, endPoint);
    }

    private final class HeaderConnection extends AbstractConnection implements Connection.UpgradeFrom {
        private final Connector connector;
        /** Between position and limit is what was read. */
        private final ByteBuffer input = BufferUtil.allocate(ProxyHeaderDecoder.LONGEST);

        private HeaderConnection(Connector connector, EndPoint endPoint) {
            super(endPoint, connector.getExecutor());
            this.connector = connector;
        }

        @Override
        public void onOpen() {
            super.onOpen();
            fillInterested();
        }

        @Override
        public void onFillable() {
            try {
                while (true) {
                    int count = getEndPoint().fill(input);
                    if (count == 0) {
                        fillInterested();
                        return;
                    }
                    if (count < 0) {
                        ended();
                        return;
                    }
                    switch (ProxyHeaderDecoder.read(input)) {
                        case Incomplete() -> {
                            // The buffer holds the longest header, so there is room for more.
                        }
                        case Malformed(String why) -> {
                            refuse(why);
                            return;
                        }
                        case Complete(ProxyHeader header) -> {
                            goOn(header);
                            return;
                        }
                    }
                }
            } catch (IOException e) {
                getEndPoint().close(e);
            }
        }

        /** A connection that sends nothing at all is how many proxies check whether somebody listens. */
        private void ended() {
            if (input.hasRemaining()) {
                refuse("a PROXY header that ends in the middle");
            } else {
                getEndPoint().close();
            }
        }

        private void refuse(String why) {
            judge.unidentified(getEndPoint(), why);
            getEndPoint().close();
        }

        private void goOn(ProxyHeader header) {
            input.position(input.position() + header.length());
            if (judge.identified(getEndPoint(), header)) {
                getEndPoint().upgrade(next.newConnection(connector, getEndPoint()));
            } else {
                getEndPoint().close();
            }
        }

        /** What came behind the header already. */
        @Override
        public ByteBuffer onUpgradeFrom() {
            return input;
        }
    }
}
