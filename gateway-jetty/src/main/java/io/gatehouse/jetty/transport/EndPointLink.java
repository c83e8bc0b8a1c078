package io.gatehouse.jetty.transport;

import io.gatehouse.core.tsgu.TsguCodec;
import io.gatehouse.jetty.tunnel.ClientLink;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;

/** A connection that was taken over from HTTP to carry packets to the client. */
abstract class EndPointLink extends TakenConnection implements ClientLink {
    private final ByteBuffer dataHeader = ByteBuffer.allocate(TsguCodec.DATA_HEADER_SIZE);

    EndPointLink(EndPoint endPoint) {
        super(endPoint);
    }

    /** The header of a DATA packet; valid until the next write. */
    final ByteBuffer dataHeader(int payloadLength) {
        dataHeader.clear();
        TsguCodec.putDataHeader(dataHeader, payloadLength);
        return dataHeader.flip();
    }

    @Override
    public void writeRaw(ByteBuffer bytes, Callback callback) {
        getEndPoint().write(callback, bytes);
    }

    @Override
    public void abort() {
        getEndPoint().close();
    }

    @Override
    public boolean isClosed() {
        return !getEndPoint().isOpen();
    }
}
